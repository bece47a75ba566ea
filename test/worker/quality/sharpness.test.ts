import { describe, expect, it } from 'vitest';
import { type MouthDetail, relativeDetail } from '../../../worker/quality/sharpness.ts';

/** Open mouths show teeth, so their pictures hold more detail. */
const detailAt = (opening: number) => 100 + 2000 * opening;
const mouths = (openings: readonly number[], factor = 1): MouthDetail[] =>
  openings.map((opening) => ({ opening, energy: factor * detailAt(opening) }));
const range = Array.from({ length: 101 }, (_, k) => k / 1000);

describe('relativeDetail', () => {
  it('does not take a mouth that is open more often for a sharper one', () => {
    const talkative = range.filter((opening) => opening > 0.06);
    const quiet = range.filter((opening) => opening < 0.04);
    expect(relativeDetail(mouths(talkative), mouths(range))).toBeCloseTo(1, 1);
    expect(relativeDetail(mouths(quiet), mouths(range))).toBeCloseTo(1, 1);
  });

  it('gives the share of detail that is left', () => {
    expect(relativeDetail(mouths(range, 0.7), mouths(range))).toBeCloseTo(0.7, 2);
  });

  it('compares with what there is when the source has few frames, or none as open', () => {
    expect(relativeDetail(mouths([0.5]), mouths([0.01]))).toBeCloseTo(detailAt(0.5) / detailAt(0.01), 9);
    expect(relativeDetail(mouths([0.05]), mouths([0, 0.1]))).toBeCloseTo(1, 9);
  });

  it('has no answer without mouths on both sides, or for flat ones', () => {
    expect(relativeDetail([], mouths(range))).toBeUndefined();
    expect(relativeDetail(mouths(range), [])).toBeUndefined();
    expect(relativeDetail(mouths(range), mouths(range, 0))).toBeUndefined();
  });
});
