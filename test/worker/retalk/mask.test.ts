import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  CHIN_TIP,
  JAW_POINTS,
  LOWER_OUTER_POINTS,
  STABLE_POINTS,
  UPPER_OUTER_POINTS,
} from '../../../worker/retalk/face-points.ts';
import { maskAt, mouthMask } from '../../../worker/retalk/mask.ts';
import { sketchFace } from './face-sketch.ts';

const face = sketchFace(200, 200, 120);
const mask = mouthMask(face);
const at = (point: number) => maskAt(mask, face[point * 3], face[point * 3 + 1]);

test('the mask covers the lips wholly', () => {
  for (const point of [...UPPER_OUTER_POINTS, ...LOWER_OUTER_POINTS]) expect(at(point)).toBeGreaterThan(0.9);
});

test('jaw line, chin tip, nose and eyes lie outside the mask', () => {
  for (const point of [...JAW_POINTS, CHIN_TIP, ...STABLE_POINTS]) expect(at(point)).toBeLessThan(0.02);
});

test('the mask is smooth: neighbouring pixels differ little', () => {
  const spot = fc.tuple(fc.integer({ min: 80, max: 320 }), fc.integer({ min: 150, max: 330 }));
  fc.assert(
    fc.property(spot, ([x, y]) => {
      const here = maskAt(mask, x, y);
      expect(here).toBeGreaterThanOrEqual(0);
      expect(here).toBeLessThanOrEqual(1);
      expect(Math.abs(maskAt(mask, x + 1, y) - here)).toBeLessThan(0.45);
      expect(Math.abs(maskAt(mask, x, y + 1) - here)).toBeLessThan(0.45);
    }),
    { numRuns: 500 },
  );
});
