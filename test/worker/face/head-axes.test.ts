import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headAxes } from '../../../worker/face/head-axes.ts';
import { dot, length } from '../../../worker/face/vector.ts';
import { faceShape } from './face-shape.ts';

const turn = fc.double({ min: -1, max: 1, noNaN: true });

describe('the axes of a head', () => {
  it('tell how the head was turned', () => {
    fc.assert(
      fc.property(turn, turn, turn, (yaw, pitch, roll) => {
        const { across, down, inward } = headAxes(faceShape({ yaw, pitch, roll }));
        expect(Math.atan2(across[2], Math.hypot(across[0], across[1]))).toBeCloseTo(yaw, 4);
        expect(Math.atan2(down[2], inward[2])).toBeCloseTo(pitch, 4);
        expect(Math.atan2(across[1], across[0])).toBeCloseTo(roll, 4);
      }),
    );
  });

  it('do not change when the mouth opens', () => {
    const closed = headAxes(faceShape({ yaw: 0.3, opening: 0 }));
    expect(headAxes(faceShape({ yaw: 0.3, opening: 0.4 }))).toEqual(closed);
  });

  it('give the nose side of a head that faces the right of the picture a direction to the right', () => {
    const { inward } = headAxes(faceShape({ yaw: 0.5 }));
    expect(inward[0]).toBeLessThan(-0.4);
  });

  it('have length one and stand at right angles', () => {
    const { across, down, inward } = headAxes(faceShape({ yaw: 0.4, pitch: -0.2, roll: 0.9 }));
    for (const axis of [across, down, inward]) expect(length(axis)).toBeCloseTo(1, 6);
    for (const product of [dot(across, down), dot(down, inward), dot(inward, across)])
      expect(product).toBeCloseTo(0, 6);
  });
});
