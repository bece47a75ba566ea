import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Aperture } from '../../../worker/retalk/aperture.ts';
import {
  LOWER_INNER_POINTS,
  LOWER_OUTER_POINTS,
  UPPER_INNER_POINTS,
  UPPER_OUTER_POINTS,
} from '../../../worker/retalk/face-points.ts';
import { reshapeMouth } from '../../../worker/retalk/mouth-shape.ts';
import { sketchFace } from './face-sketch.ts';

function apertureOf(opening: number): { aperture: Aperture; face: Float32Array } {
  const face = sketchFace(200, 200, 120);
  reshapeMouth(face, { opening, width: 62 }, false);
  const aperture = new Aperture();
  aperture.set(face);
  return { aperture, face };
}

function sideOf({ aperture, face }: ReturnType<typeof apertureOf>, point: number): number {
  const [x, y] = [face[point * 3], face[point * 3 + 1]];
  return aperture.side(aperture.u(x, y), aperture.v(x, y), 1);
}

test('an opening is measured in pixels', () => {
  expect(apertureOf(20).aperture.height).toBeGreaterThan(15);
  expect(apertureOf(20).aperture.height).toBeLessThan(24);
  expect(apertureOf(1).aperture.height).toBeLessThan(2);
});

test('the upper lip moves with the skull and the lower lip with the jaw', () => {
  const open = apertureOf(20);
  for (const point of UPPER_OUTER_POINTS.slice(1, -1)) expect(sideOf(open, point)).toBe(0);
  for (const point of LOWER_OUTER_POINTS.slice(1, -1)) expect(sideOf(open, point)).toBe(1);
  expect(sideOf(open, UPPER_INNER_POINTS[5])).toBeLessThan(0.1);
  expect(sideOf(open, LOWER_INNER_POINTS[5])).toBeGreaterThan(0.9);
});

test('on the way from lip to lip the side only rises, however much the mouth is stretched', () => {
  const { aperture } = apertureOf(20);
  const spots = fc.tuple(
    fc.double({ min: -40, max: 40, noNaN: true }),
    fc.double({ min: 0.25, max: 1.75, noNaN: true }),
  );
  fc.assert(
    fc.property(spots, ([u, stretch]) => {
      let last = 0;
      for (let v = -30; v <= 30; v += 0.5) {
        const side = aperture.side(u, v, stretch);
        expect(side).toBeGreaterThanOrEqual(last - 1e-6);
        last = side;
      }
      expect(last).toBe(1);
    }),
  );
});

test('a stretched opening keeps the scale of the teeth near the upper lip', () => {
  const { aperture } = apertureOf(20);
  const upper = aperture.upperAt(0);
  const gap = aperture.lowerAt(0) - upper;
  // Two pixels below the lip of an opening twice as high as the exemplar's lie about two of the exemplar's pixels.
  const stretch = 1.6;
  const exemplarDepth = aperture.side(0, upper + 2, stretch) * (gap / stretch);
  expect(exemplarDepth).toBeGreaterThan(1.7);
  expect(exemplarDepth).toBeLessThan(2.1);
});
