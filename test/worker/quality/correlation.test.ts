import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestLag, pearson } from '../../../worker/quality/correlation.ts';

const wave = (length: number, delay = 0) =>
  Float64Array.from({ length }, (_, k) => Math.sin((k - delay) * 0.7) + 0.6 * Math.sin((k - delay) * 0.31));

describe('pearson', () => {
  it('is 1 for a series scaled and shifted, −1 for its mirror', () => {
    const series = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 3, maxLength: 50 });
    fc.assert(
      fc.property(series, fc.integer({ min: 1, max: 9 }), fc.integer({ min: -5, max: 5 }), (a, scale, offset) => {
        fc.pre(new Set(a).size > 1);
        expect(
          pearson(
            a,
            a.map((value) => value * scale + offset),
          ),
        ).toBeCloseTo(1, 9);
        expect(
          pearson(
            a,
            a.map((value) => -value),
          ),
        ).toBeCloseTo(-1, 9);
      }),
    );
  });

  it('agrees with a value worked out by hand', () => {
    expect(pearson([1, 2, 3, 4], [1, 3, 2, 4])).toBeCloseTo(0.8, 12);
  });

  it('leaves out the frames in which one side has no number', () => {
    expect(pearson([1, 2, 99, 3, 4], [1, 3, Number.NaN, 2, 4])).toBeCloseTo(0.8, 12);
  });

  it('has no answer for a series that stands still or for too few frames', () => {
    expect(pearson([1, 1, 1, 1], [1, 2, 3, 4])).toBeUndefined();
    expect(pearson([1, 2], [1, 2])).toBeUndefined();
    expect(pearson([Number.NaN, 1, 2, 3], [1, Number.NaN, 2, 3])).toBeUndefined();
  });
});

describe('bestLag', () => {
  it.each([-5, -2, 0, 1, 3, 6])('finds a follower that trails by %d frames', (delay) => {
    const lag = bestLag(wave(200), wave(200, delay), 7);
    expect(lag?.frames).toBeCloseTo(delay, 1);
    expect(lag?.correlation).toBeCloseTo(1, 5);
  });

  it('places a follower between two frames', () => {
    expect(bestLag(wave(400), wave(400, 2.5), 7)?.frames).toBeCloseTo(2.5, 1);
    expect(bestLag(wave(400), wave(400, -1.25), 7)?.frames).toBeCloseTo(-1.25, 1);
  });

  it('has no answer for a mouth that never moves', () => {
    expect(bestLag(wave(50), new Float64Array(50), 7)).toBeUndefined();
  });
});
