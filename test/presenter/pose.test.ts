import fc from 'fast-check';
import { expect, test } from 'vitest';
import { poseAt, RESTING_MOUTH } from '../../presenter/pose.ts';

const FRAMES = Array.from({ length: 25 * 20 }, (_, i) => i / 25);

test('the presenter blinks every few seconds, and briefly', () => {
  const shut = FRAMES.map((time) => poseAt(time, RESTING_MOUTH, 1).blink > 0.5);
  const blinks = shut.filter((now, i) => now && !shut[i - 1]).length;
  expect(blinks).toBeGreaterThanOrEqual(5);
  expect(blinks).toBeLessThanOrEqual(8);
  expect(shut.filter(Boolean).length / shut.length).toBeLessThan(0.1);
  expect(poseAt(0, RESTING_MOUTH, 1).blink).toBe(0);
});

test('the head sways without jumps and never far', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1000 }), fc.double({ min: 0, max: 60, noNaN: true }), (seed, time) => {
      const { head } = poseAt(time, RESTING_MOUTH, seed);
      const next = poseAt(time + 0.04, RESTING_MOUTH, seed).head;
      expect(Math.hypot(next.x - head.x, next.y - head.y)).toBeLessThan(0.08);
      expect(Math.abs(next.yaw - head.yaw)).toBeLessThan(0.012);
      expect(Math.abs(head.yaw)).toBeLessThanOrEqual(0.1);
      expect(Math.abs(head.roll)).toBeLessThanOrEqual(0.034);
    }),
  );
});
