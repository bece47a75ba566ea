import { describe, expect, it } from 'vitest';
import { LOG_MEL } from '../../../worker/speech/log-mel.ts';
import { createMelBank } from '../../../worker/speech/mel-bank.ts';

const binHz = LOG_MEL.sampleRate / LOG_MEL.fftSize;
const bank = createMelBank(LOG_MEL);

describe('createMelBank', () => {
  it('gives every band weights that sum to one, on bins that the spectrum has', () => {
    expect(bank).toHaveLength(64);
    for (const band of bank) {
      expect(band.weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
      expect(band.firstBin).toBeGreaterThanOrEqual(0);
      expect(band.firstBin + band.weights.length).toBeLessThanOrEqual(LOG_MEL.fftSize / 2 + 1);
    }
  });

  it('keeps every band between the lowest and the highest frequency, in rising order', () => {
    const centres = bank.map(
      ({ firstBin, weights }) => weights.reduce((sum, weight, i) => sum + weight * (firstBin + i), 0) * binHz,
    );
    expect(centres[0]).toBeGreaterThanOrEqual(LOG_MEL.lowestHz);
    expect(centres[63]).toBeLessThanOrEqual(LOG_MEL.highestHz);
    for (let i = 1; i < centres.length; i++) expect(centres[i]).toBeGreaterThanOrEqual(centres[i - 1]);
  });

  it('gives a band that holds no bin the nearest one', () => {
    const narrow = createMelBank({ bands: 40, fftSize: 32, sampleRate: 16_000, lowestHz: 60, highestHz: 2000 });
    expect(narrow.every(({ weights }) => weights.length > 0)).toBe(true);
    expect(narrow.some(({ weights }) => weights.length === 1 && weights[0] === 1)).toBe(true);
  });
});
