import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPowerSpectrum } from '../../../worker/speech/power-spectrum.ts';

function naivePower(signal: readonly number[], k: number): number {
  let re = 0;
  let im = 0;
  for (const [n, value] of signal.entries()) {
    const angle = (-2 * Math.PI * k * n) / signal.length;
    re += value * Math.cos(angle);
    im += value * Math.sin(angle);
  }
  return re * re + im * im;
}

describe('createPowerSpectrum', () => {
  it('agrees with the definition of the discrete Fourier transform', () => {
    const signals = fc
      .constantFrom(2, 8, 64, 128)
      .chain((size) => fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: size, maxLength: size }));
    fc.assert(
      fc.property(signals, (signal) => {
        const power = new Float64Array(signal.length / 2 + 1);
        createPowerSpectrum(signal.length).compute(Float64Array.from(signal), power);
        for (const [k, value] of power.entries()) expect(value).toBeCloseTo(naivePower(signal, k), 8);
      }),
      { numRuns: 40 },
    );
  });

  it('gives the same answer when it is used again', () => {
    const spectrum = createPowerSpectrum(16);
    const signal = Float64Array.from({ length: 16 }, (_, i) => Math.sin(i));
    const first = new Float64Array(9);
    const second = new Float64Array(9);
    spectrum.compute(signal, first);
    spectrum.compute(new Float64Array(16).fill(1), second);
    spectrum.compute(signal, second);
    expect(second).toEqual(first);
  });

  it.each([0, 1, 3, 100, 2.5])('refuses a transform of %d samples', (size) => {
    expect(() => createPowerSpectrum(size)).toThrow(RangeError);
  });
});
