import { expect, test } from 'vitest';
import { headCalm } from '../../../worker/quality/head-calm.ts';

test('a head that moves in speech only has the ratio 0, one that never stops 1', () => {
  const speech = Float32Array.from({ length: 40 }, (_, k) => (k < 20 ? 1 : 0));
  const motion = new Float32Array(100).fill(2);
  const stops = Int32Array.from({ length: 40 }, (_, k) => Math.min(k, 19));
  const goesOn = Int32Array.from({ length: 40 }, (_, k) => k);
  expect(headCalm(stops, speech, motion).ratio).toBe(0);
  expect(headCalm(goesOn, speech, motion).ratio).toBeCloseTo(20 / 19.01, 1);
});

test('counts turns, also through a rest, and the speed around them', () => {
  const timeline = Int32Array.of(0, 1, 2, 2, 2, 1, 0, 1);
  const motion = Float32Array.of(1, 3, 5);
  const measured = headCalm(timeline, new Float32Array(8).fill(1), motion);
  expect(measured.turns).toBe(2);
  expect(measured.turnSpeed).toBeCloseTo((0 + 0 + 3 + 1 + 3 + 1 + 1) / 7);
});

test('leaves out what is not known', () => {
  const motion = Float32Array.of(1, Number.NaN, Number.POSITIVE_INFINITY, 1);
  const measured = headCalm(Int32Array.of(0, 1, 2, 3, 4), new Float32Array(5).fill(1), motion);
  expect(measured.speechSpeed).toBeCloseTo(2 / 3);
});
