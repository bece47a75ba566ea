import fc from 'fast-check';
import { expect, test } from 'vitest';
import { axesPose, expressionOf, headAngles, meanFace, poseOf } from '../../../worker/retalk/canonical-face.ts';
import { SHAPE_LENGTH, STABLE_POINTS } from '../../../worker/retalk/face-points.ts';
import { applyPose, fitPose, invertPose, type Pose } from '../../../worker/retalk/pose.ts';
import { sketchFace } from './face-sketch.ts';

const angle = fc.double({ min: -0.9, max: 0.9, noNaN: true });
const poses = fc.record({
  yaw: angle,
  pitch: angle,
  roll: angle,
  scale: fc.double({ min: 0.3, max: 4, noNaN: true }),
  x: fc.integer({ min: -500, max: 500 }),
  y: fc.integer({ min: -500, max: 500 }),
});

function poseFrom(given: { yaw: number; pitch: number; roll: number; scale: number; x: number; y: number }): Pose {
  const [cy, sy] = [Math.cos(given.yaw), Math.sin(given.yaw)];
  const [cp, sp] = [Math.cos(given.pitch), Math.sin(given.pitch)];
  const [cr, sr] = [Math.cos(given.roll), Math.sin(given.roll)];
  const rotation = Float64Array.of(
    ...[cr * cy, cr * sy * sp - sr * cp, cr * sy * cp + sr * sp],
    ...[sr * cy, sr * sy * sp + cr * cp, sr * sy * cp - cr * sp],
    ...[-sy, cy * sp, cy * cp],
  );
  return { scale: given.scale, rotation, translation: Float64Array.of(given.x, given.y, 0) };
}

const face = sketchFace(300, 300, 100);

function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
}

test('the fitted pose is the one by which the points were moved', () => {
  fc.assert(
    fc.property(poses, (given) => {
      const moved = new Float32Array(SHAPE_LENGTH);
      applyPose(poseFrom(given), face, moved);
      const back = new Float32Array(SHAPE_LENGTH);
      applyPose(fitPose(face, moved, STABLE_POINTS), face, back);
      expect(largestDifference(back, moved)).toBeLessThan(0.01);
    }),
  );
});

test('a pose and its inverse cancel', () => {
  fc.assert(
    fc.property(poses, (given) => {
      const pose = poseFrom(given);
      const there = new Float32Array(SHAPE_LENGTH);
      applyPose(pose, face, there);
      applyPose(invertPose(pose), there, there);
      expect(largestDifference(there, face)).toBeLessThan(0.01);
    }),
  );
});

test('an expression stays the same however the head turns', () => {
  const canonical = meanFace([face]);
  const frontal = new Float32Array(SHAPE_LENGTH);
  expressionOf(poseOf(canonical, face), face, frontal);
  fc.assert(
    fc.property(poses, (given) => {
      const turned = new Float32Array(SHAPE_LENGTH);
      applyPose(poseFrom(given), face, turned);
      const seen = new Float32Array(SHAPE_LENGTH);
      expressionOf(poseOf(canonical, turned), turned, seen);
      expect(largestDifference(seen, frontal)).toBeLessThan(1e-3);
    }),
  );
});

test('the head’s angles grow with the turn and have its sign', () => {
  const angles = (turn: Partial<Parameters<typeof poseFrom>[0]>) => {
    const turned = new Float32Array(SHAPE_LENGTH);
    applyPose(poseFrom({ yaw: 0, pitch: 0, roll: 0, scale: 1, x: 0, y: 0, ...turn }), face, turned);
    return headAngles(axesPose(turned));
  };
  const straight = angles({});
  expect(straight.yaw).toBeCloseTo(0, 0);
  expect(straight.roll).toBeCloseTo(0, 0);
  // The nose is nearest to the viewer (−z), so a turn about the downward axis takes it to the picture's left.
  expect(angles({ yaw: 0.5 }).yaw).toBeCloseTo((-0.5 * 180) / Math.PI, 0);
  expect(angles({ roll: 0.4 }).roll).toBeCloseTo((0.4 * 180) / Math.PI, 0);
  expect(angles({ pitch: 0.3 }).pitch - straight.pitch).toBeCloseTo((0.3 * 180) / Math.PI, 0);
});
