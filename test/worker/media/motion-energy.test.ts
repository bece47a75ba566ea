import { expect, test } from 'vitest';
import { motionEnergy } from '../../../worker/media/motion-energy.ts';

const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

test('is 1 for a clip that always moves alike, whatever the unit', () => {
  const energy = motionEnergy(new Float32Array(100).fill(0.003), 25);
  for (const value of energy ?? []) expect(value).toBeCloseTo(1);
});

test('tells calm from lively stretches', () => {
  const motion = Float32Array.from({ length: 200 }, (_, i) => (i < 100 ? 0.02 : 0.5));
  const energy = motionEnergy(motion, 25) ?? new Float32Array(0);
  expect(mean(energy.subarray(0, 90))).toBeLessThan(0.1);
  expect(mean(energy.subarray(110))).toBeCloseTo(1);
});

test('counts a cut as the most, and the unknown as lively', () => {
  const motion = new Float32Array(50).fill(0.1);
  motion[20] = Number.POSITIVE_INFINITY;
  motion[30] = Number.NaN;
  const energy = motionEnergy(motion, 25);
  expect(energy?.[20]).toBe(3);
  expect(energy?.[30]).toBe(1);
  expect(energy?.[21]).toBeCloseTo(1);
});

test('is none where nothing moves or nothing is known', () => {
  expect(motionEnergy(new Float32Array(50), 25)).toBeUndefined();
  expect(motionEnergy(new Float32Array(50).fill(Number.NaN), 25)).toBeUndefined();
});
