/** A stretch with a voice in it: indices of a probability track, `end` exclusive. */
export interface VoiceSpan {
  readonly start: number;
  readonly end: number;
}

/** A stretch opens at the first value and closes below the second, so that it doesn't flutter around one threshold. */
const OPENS_AT = 0.5;
const CLOSES_BELOW = 0.3;

/**
 * A stretch is a voice when half of its values are at least this sure. Measured on 14 recordings: stretches of speech, sung
 * words, and speech 0–20 dB over music have a median of 0.98 and more; single instruments excite the network often, but its
 * median stays at 0.97 or less.
 */
const SURE_VOICE = 0.978;

/** Finds the voice in a track of speech probabilities; music and noise that only look like one in passing are left out. */
export function findVoice(speech: Float32Array): VoiceSpan[] {
  const spans: VoiceSpan[] = [];
  let start = -1;
  for (let k = 0; k <= speech.length; k++) {
    const probability = k < speech.length ? speech[k] : 0;
    if (start < 0 && probability >= OPENS_AT) start = k;
    if (start >= 0 && probability < CLOSES_BELOW) {
      if (median(speech.subarray(start, k)) >= SURE_VOICE) spans.push({ start, end: k });
      start = -1;
    }
  }
  return spans;
}

function median(values: Float32Array): number {
  return values.slice().sort()[values.length >> 1];
}
