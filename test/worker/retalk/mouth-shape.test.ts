import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expressionOf, meanFace, poseOf } from '../../../worker/retalk/canonical-face.ts';
import {
  CHIN_TIP,
  LOWER_INNER_POINTS,
  NOSE_BASE,
  SHAPE_LENGTH,
  STABLE_POINTS,
  UPPER_INNER_POINTS,
} from '../../../worker/retalk/face-points.ts';
import { measureMouth, reshapeMouth } from '../../../worker/retalk/mouth-shape.ts';
import { sketchFace } from './face-sketch.ts';

function restingExpression(): Float32Array {
  const face = sketchFace(300, 300, 100);
  const expression = new Float32Array(SHAPE_LENGTH);
  expressionOf(poseOf(meanFace([face]), face), face, expression);
  return expression;
}

test('a reshaped mouth measures what was wanted', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 0.25, noNaN: true }),
      fc.double({ min: 0.85, max: 1.15, noNaN: true }),
      (opening, widening) => {
        const expression = restingExpression();
        const width = measureMouth(expression).width * widening;
        reshapeMouth(expression, { opening, width }, false);
        expect(measureMouth(expression).opening).toBeCloseTo(opening, 3);
        expect(measureMouth(expression).width).toBeCloseTo(width, 3);
      },
    ),
  );
});

test('what was wanted already leaves the face as it is', () => {
  const expression = restingExpression();
  const before = expression.slice();
  reshapeMouth(expression, measureMouth(expression), false);
  for (const [i, value] of expression.entries()) expect(value).toBeCloseTo(before[i], 5);
});

test('opening the mouth takes the chin down and leaves nose and eyes alone', () => {
  const expression = restingExpression();
  const before = expression.slice();
  reshapeMouth(expression, { opening: 0.2, width: measureMouth(expression).width }, false);
  expect(expression[CHIN_TIP * 3 + 1] - before[CHIN_TIP * 3 + 1]).toBeGreaterThan(0.05);
  for (const point of [...STABLE_POINTS, NOSE_BASE]) {
    expect(expression[point * 3 + 1]).toBe(before[point * 3 + 1]);
  }
});

test('sealed lips leave no gap at any place, whatever the mouth was before', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 0.25, noNaN: true }), (opening) => {
      const expression = restingExpression();
      const { width } = measureMouth(expression);
      reshapeMouth(expression, { opening, width }, false);
      reshapeMouth(expression, { opening: 0, width }, true);
      for (let i = 0; i < UPPER_INNER_POINTS.length; i++) {
        const gap = expression[LOWER_INNER_POINTS[i] * 3 + 1] - expression[UPPER_INNER_POINTS[i] * 3 + 1];
        expect(gap).toBeLessThan(0.003);
      }
    }),
  );
});
