import { expect, test } from 'vitest';
import { Grain } from '../../../worker/retalk/grain.ts';

function field(seed: number, frame: number): number[] {
  const grain = new Grain(seed);
  grain.startFrame(frame);
  return Array.from({ length: 64 * 64 }, (_, i) => grain.at(i % 64, Math.floor(i / 64)));
}

test('grain comes from seed and frame alone', () => {
  expect(field(7, 3)).toEqual(field(7, 3));
  expect(field(7, 3)).not.toEqual(field(8, 3));
  expect(field(7, 3)).not.toEqual(field(7, 4));
});

test('grain has no mean and a deviation of one', () => {
  const values = field(1, 0);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  expect(Math.abs(mean)).toBeLessThan(0.06);
  expect(variance).toBeGreaterThan(0.9);
  expect(variance).toBeLessThan(1.1);
});
