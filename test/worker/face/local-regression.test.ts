import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localParabolaWeights } from '../../../worker/face/local-regression.ts';

const coefficient = fc.double({ min: -5, max: 5, noNaN: true });

describe('the weights of a local parabola', () => {
  it('give a parabola back unchanged, at the ends of a signal too', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 8 }),
        fc.nat(8),
        fc.nat(8),
        fc.tuple(coefficient, coefficient, coefficient),
        (halfWidth, before, after, [a, b, c]) => {
          const first = -Math.min(before, halfWidth);
          const last = Math.min(after, halfWidth);
          fc.pre(last - first >= 2);
          const weights = localParabolaWeights(first, last, halfWidth);
          const value = weights.reduce(
            (sum, weight, i) => sum + weight * (a + b * (first + i) + c * (first + i) ** 2),
            0,
          );
          expect(value).toBeCloseTo(a, 6);
        },
      ),
    );
  });

  it('are the same before and after, so that nothing lags', () => {
    const weights = localParabolaWeights(-4, 4, 4);
    weights.forEach((weight, i) => {
      expect(weight).toBeCloseTo(weights[8 - i], 12);
    });
  });

  it('leave a sample alone that has too few neighbours for a parabola', () => {
    expect(localParabolaWeights(0, 0, 3)).toEqual([1]);
    const [now, next] = localParabolaWeights(0, 1, 3);
    expect(now).toBeCloseTo(1, 9);
    expect(next).toBeCloseTo(0, 9);
  });

  it('calm noise', () => {
    const gain = Math.hypot(...localParabolaWeights(-5, 5, 5));
    expect(gain).toBeLessThan(0.7);
  });
});
