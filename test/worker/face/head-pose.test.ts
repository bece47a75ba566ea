import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headAxes, headPose } from '../../../worker/face/head-pose.ts';
import { dot, length } from '../../../worker/face/vector.ts';
import { faceShape } from './face-shape.ts';

const turn = fc.double({ min: -1, max: 1, noNaN: true });

describe('the pose of a head', () => {
  it('is how the head was turned', () => {
    fc.assert(
      fc.property(turn, turn, turn, (yaw, pitch, roll) => {
        const pose = headPose(faceShape({ yaw, pitch, roll }));
        expect(pose.yaw).toBeCloseTo(yaw, 4);
        expect(pose.pitch).toBeCloseTo(pitch, 4);
        expect(pose.roll).toBeCloseTo(roll, 4);
      }),
    );
  });

  it('does not change when the mouth opens', () => {
    const closed = headPose(faceShape({ yaw: 0.3, opening: 0 }));
    expect(headPose(faceShape({ yaw: 0.3, opening: 0.4 }))).toEqual(closed);
  });

  it('gives the nose side of a head that faces the right of the picture a direction to the right', () => {
    const { inward } = headAxes(faceShape({ yaw: 0.5 }));
    expect(inward[0]).toBeLessThan(-0.4);
  });

  it('has axes of length one at right angles', () => {
    const { across, down, inward } = headAxes(faceShape({ yaw: 0.4, pitch: -0.2, roll: 0.9 }));
    for (const axis of [across, down, inward]) expect(length(axis)).toBeCloseTo(1, 6);
    for (const product of [dot(across, down), dot(down, inward), dot(inward, across)])
      expect(product).toBeCloseTo(0, 6);
  });
});
