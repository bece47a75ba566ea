import { expect, test } from 'vitest';
import { delayed, mouthsFrom, trajectoryFrom } from '../../../worker/quality/frame-shift.ts';

const mouths = { opening: Float32Array.of(0, 1, 2, 3), width: Float32Array.of(4, 3, 2, 1) };

test('a delayed mouth does everything so many frames later, and nothing is known of what came before', () => {
  expect([...delayed(mouths, 1).opening]).toEqual([Number.NaN, 0, 1, 2]);
  expect([...delayed(mouths, -2).width]).toEqual([2, 1, Number.NaN, Number.NaN]);
  expect([...delayed(mouths, 0).opening]).toEqual([0, 1, 2, 3]);
});

test('half a frame later lies between two frames', () => {
  expect([...delayed(mouths, 0.5).opening]).toEqual([Number.NaN, 0.5, 1.5, 2.5]);
});

test('the later part of mouths and trajectory begin with the same frame', () => {
  const ramp = () => Float32Array.of(0, 1, 2, 3);
  const trajectory = { opening: ramp(), width: ramp(), closure: ramp(), labiodental: ramp(), speech: ramp() };
  expect(mouthsFrom(mouths, 2).opening[0]).toBe(2);
  for (const values of Object.values(trajectoryFrom(trajectory, 2))) expect([...values]).toEqual([2, 3]);
});
