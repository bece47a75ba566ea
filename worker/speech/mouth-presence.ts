import type { VoiceSpan } from './voice-activity.ts';

/** A gap in the voice shorter than this is part of talking: a stop consonant is silent for 40–100 ms. */
const HOLD_SECONDS = 0.12;
/** So long after the voice ended the lips have come to rest. */
const REST_SECONDS = 0.35;
/** So long before the voice starts the lips begin to move: speakers open the mouth to breathe in and take position. */
const ONSET_SECONDS = 0.16;

/**
 * How much of the articulation shows, 0 (the mouth rests) to 1 (it talks), for each of `length` values at `rate` a second:
 * held over short gaps, relaxed by 350 ms after a voice, rising in time for the next.
 */
export function mouthPresence(voice: readonly VoiceSpan[], length: number, rate: number): Float32Array {
  const presence = new Float32Array(length);
  const raise = (k: number, value: number) => {
    if (k >= 0 && k < length && value > presence[k]) presence[k] = value;
  };
  for (const { start, end } of voice) {
    for (let k = start; k < end; k++) raise(k, 1);
    for (let k = end; k < end + REST_SECONDS * rate; k++) {
      const silentSeconds = (k - end + 1) / rate;
      raise(k, easedFall((silentSeconds - HOLD_SECONDS) / (REST_SECONDS - HOLD_SECONDS)));
    }
    for (let k = start - 1; k > start - ONSET_SECONDS * rate; k--) {
      raise(k, easedFall((start - k) / rate / ONSET_SECONDS));
    }
  }
  return presence;
}

/** A raised cosine from 1 at `x` ≤ 0 to 0 at `x` ≥ 1: lips start and stop without a jerk. */
function easedFall(x: number): number {
  return 0.5 + 0.5 * Math.cos(Math.PI * Math.min(1, Math.max(0, x)));
}
