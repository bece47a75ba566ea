import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faceScale, mouthShape } from '../../../worker/face/mouth-shape.ts';
import { faceShape } from './face-shape.ts';

const turn = fc.double({ min: -0.6, max: 0.6, noNaN: true });
const place = fc.double({ min: -500, max: 2000, noNaN: true });

describe('the shape of a mouth', () => {
  it('is its opening and width in units of the face, wherever the face is and however it is turned', () => {
    fc.assert(
      fc.property(
        fc.record({
          x: place,
          y: place,
          scale: fc.double({ min: 30, max: 600, noNaN: true }),
          opening: fc.double({ min: 0, max: 0.4, noNaN: true }),
          width: fc.double({ min: 0.3, max: 0.7, noNaN: true }),
          yaw: turn,
          pitch: turn,
          roll: fc.double({ min: -3, max: 3, noNaN: true }),
        }),
        (face) => {
          const points = faceShape(face);
          const shape = mouthShape(points);
          expect(shape.opening).toBeCloseTo(face.opening, 4);
          expect(shape.width).toBeCloseTo(face.width, 4);
          expect(shape.jaw).toBeCloseTo(mouthShape(faceShape({})).jaw, 4);
          expect(faceScale(points)).toBeCloseTo(face.scale, 2);
        },
      ),
    );
  });

  it('has an opening below zero when the inner lips cross', () => {
    expect(mouthShape(faceShape({ opening: -0.02 })).opening).toBeCloseTo(-0.02, 5);
  });
});
