/**
 * Power spectra of real signals by an iterative radix-2 FFT (Cooley and Tukey 1965). Own code, because a transform of
 * one fixed size needs forty lines and no dependency.
 */
export interface PowerSpectrum {
  /** Samples per transform, a power of two. */
  readonly size: number;
  /** Writes |X[k]|² for k = 0…size/2 into `power`. Reads `signal[0…size)`, which stays as it is. */
  compute(signal: Float64Array, power: Float64Array): void;
}

/** Throws `RangeError` when `size` is not a power of two. */
export function createPowerSpectrum(size: number): PowerSpectrum {
  if (!Number.isInteger(size) || size < 2 || (size & (size - 1)) !== 0) {
    throw new RangeError(`an FFT needs a power of two, not ${size}`);
  }
  const order = bitReversal(size);
  const cosine = Float64Array.from({ length: size / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / size));
  const sine = Float64Array.from({ length: size / 2 }, (_, k) => -Math.sin((2 * Math.PI * k) / size));
  const real = new Float64Array(size);
  const imaginary = new Float64Array(size);

  return {
    size,
    compute(signal, power) {
      for (let i = 0; i < size; i++) real[i] = signal[order[i]];
      imaginary.fill(0);
      for (let span = 2; span <= size; span *= 2) {
        const half = span / 2;
        const stride = size / span;
        for (let start = 0; start < size; start += span) {
          for (let k = 0; k < half; k++) {
            const upper = start + k;
            const lower = upper + half;
            const c = cosine[k * stride];
            const s = sine[k * stride];
            const re = real[lower] * c - imaginary[lower] * s;
            const im = real[lower] * s + imaginary[lower] * c;
            real[lower] = real[upper] - re;
            imaginary[lower] = imaginary[upper] - im;
            real[upper] += re;
            imaginary[upper] += im;
          }
        }
      }
      for (let k = 0; k <= size / 2; k++) power[k] = real[k] * real[k] + imaginary[k] * imaginary[k];
    },
  };
}

function bitReversal(size: number): Uint32Array {
  const order = new Uint32Array(size);
  for (let i = 1; i < size; i++) order[i] = (order[i >> 1] >> 1) | (i & 1 ? size >> 1 : 0);
  return order;
}
