import { createMelBank } from './mel-bank.ts';
import { createPowerSpectrum } from './power-spectrum.ts';

/**
 * The speech features that the mouth network was trained on. Every number here is part of the model: changing one
 * means training again.
 */
export const LOG_MEL = {
  sampleRate: 16_000,
  /** Samples between frames: 100 frames per second. */
  hop: 160,
  /** Samples under the Hann window: 25 ms. */
  window: 400,
  fftSize: 512,
  bands: 64,
  lowestHz: 60,
  highestHz: 7600,
  /** Added to the power before the logarithm, so that digital silence stays finite. */
  floor: 1e-10,
} as const;

const spectrum = createPowerSpectrum(LOG_MEL.fftSize);
const bank = createMelBank(LOG_MEL);
const hann = Float64Array.from(
  { length: LOG_MEL.window },
  (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / LOG_MEL.window),
);

/** How many frames `logMel` can give for so many samples. */
export function logMelFrames(sampleCount: number): number {
  return Math.floor(sampleCount / LOG_MEL.hop);
}

export interface LogMelSpan {
  readonly firstFrame: number;
  readonly frameCount: number;
  /** The samples are divided by this first. The network expects the loudest sample of the voice at ±1. */
  readonly peak: number;
}

/**
 * Natural logarithm of the mel power, `[frameCount, 64] float32`, row by row. `samples` is 16 kHz mono; frame i is centred on
 * sample 160·i. What lies before the first sample or after the last counts as zero.
 */
export function logMel(samples: Float32Array, span: LogMelSpan): Float32Array {
  const features = new Float32Array(span.frameCount * LOG_MEL.bands);
  const windowed = new Float64Array(LOG_MEL.fftSize);
  const power = new Float64Array(LOG_MEL.fftSize / 2 + 1);
  for (let frame = 0; frame < span.frameCount; frame++) {
    const start = (span.firstFrame + frame) * LOG_MEL.hop - LOG_MEL.window / 2;
    for (let i = 0; i < LOG_MEL.window; i++) {
      const at = start + i;
      windowed[i] = at >= 0 && at < samples.length ? (samples[at] / span.peak) * hann[i] : 0;
    }
    spectrum.compute(windowed, power);
    for (let band = 0; band < LOG_MEL.bands; band++) {
      const { firstBin, weights } = bank[band];
      let sum = 0;
      for (let i = 0; i < weights.length; i++) sum += power[firstBin + i] * weights[i];
      features[frame * LOG_MEL.bands + band] = Math.log(sum + LOG_MEL.floor);
    }
  }
  return features;
}
