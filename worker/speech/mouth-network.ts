import { fileURLToPath } from 'node:url';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { chunkWeight, planChunks } from './chunks.ts';
import { LOG_MEL, logMel, logMelFrames } from './log-mel.ts';

/** What the network says about the mouth, one value per 20 ms; value k belongs to the time k·20 ms. */
export interface MouthActivity {
  /** 0 closed … 1 as open as for the vowel of “father”; about 0.15 at rest. */
  readonly opening: Float32Array;
  /** −1 rounded (“oo”) … +1 spread (“ee”). */
  readonly width: Float32Array;
  /** Probability of lips sealed for p, b or m. */
  readonly closure: Float32Array;
  /** Probability of the lower lip at the teeth for f or v. */
  readonly labiodental: Float32Array;
  /** Probability that somebody speaks or sings. */
  readonly speech: Float32Array;
}

export const ACTIVITY_RATE = 50;
export const SAMPLES_PER_ACTIVITY = LOG_MEL.sampleRate / ACTIVITY_RATE;

/**
 * The network normalises gain and colour over all that it is given, so it is given long stretches; a minute bounds the
 * memory and lets the normalisation follow when speaker or room change.
 */
const LONGEST_CHUNK = 60 * ACTIVITY_RATE;
const CHUNK_OVERLAP = 4 * ACTIVITY_RATE;
/** The network's convolutions reach 32 values to either side. */
const CHUNK_MARGIN = 40;
const OUTPUTS = 5;

export interface MouthNetwork extends AsyncDisposable {
  /**
   * Hears `samples` (16 kHz mono) and gives `floor(length / 320)` values a channel, or none when the voice is shorter
   * or silent to the last bit. Rejects with the signal's reason when it aborts.
   */
  hear(samples: Float32Array, signal?: AbortSignal): Promise<MouthActivity>;
}

/** Loads the network that ships with the worker (`model/README.md` tells what it is). */
export async function loadMouthNetwork(): Promise<MouthNetwork> {
  const session = await InferenceSession.create(fileURLToPath(new URL('./model/mouth.onnx', import.meta.url)), {
    executionProviders: ['cpu'],
    // One thread hears 200 seconds of voice in one second; more would take cores from decoding and rendering.
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
  return {
    hear: (samples, signal) => hear(session, samples, signal),
    [Symbol.asyncDispose]: () => session.release(),
  };
}

async function hear(session: InferenceSession, voice: Float32Array, signal?: AbortSignal): Promise<MouthActivity> {
  const samples = onlyFinite(voice);
  const peak = loudestSample(samples);
  const total = peak === 0 ? 0 : Math.floor(logMelFrames(samples.length) / 2);
  const activity: MouthActivity = {
    opening: new Float32Array(total),
    width: new Float32Array(total),
    closure: new Float32Array(total),
    labiodental: new Float32Array(total),
    speech: new Float32Array(total),
  };
  const channels = [activity.opening, activity.width, activity.closure, activity.labiodental, activity.speech];
  const chunks = planChunks(total, LONGEST_CHUNK, CHUNK_OVERLAP);
  for (const [index, chunk] of chunks.entries()) {
    signal?.throwIfAborted();
    const frameCount = chunk.length * 2;
    const features = logMel(samples, { firstFrame: chunk.start * 2, frameCount, peak });
    const answer = await session.run({ logmel: new Tensor('float32', features, [1, frameCount, LOG_MEL.bands]) });
    const mouth = answer.mouth.data;
    if (!(mouth instanceof Float32Array)) throw new TypeError('the mouth network answered with no float32 tensor');
    for (let k = 0; k < chunk.length; k++) {
      const weight = chunkWeight(chunks, index, chunk.start + k, CHUNK_MARGIN);
      for (const [c, channel] of channels.entries()) channel[chunk.start + k] += weight * mouth[k * OUTPUTS + c];
    }
  }
  return activity;
}

/** A float WAV may hold anything, and one NaN would spread over all of its chunk: what is no number becomes silence. */
function onlyFinite(samples: Float32Array): Float32Array {
  return samples.every(Number.isFinite) ? samples : samples.map((sample) => (Number.isFinite(sample) ? sample : 0));
}

function loudestSample(samples: Float32Array): number {
  let peak = 0;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  return peak;
}
