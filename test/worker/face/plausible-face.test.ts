import { describe, expect, it } from 'vitest';
import { isPlausibleFace } from '../../../worker/face/plausible-face.ts';
import { faceShape } from './face-shape.ts';

function changed(index: number, x: number, y: number): Float32Array {
  const points = faceShape();
  points[3 * index] += x;
  points[3 * index + 1] += y;
  return points;
}

describe('the plausibility of a face', () => {
  it.each([
    ['that looks ahead', faceShape()],
    ['turned to the side', faceShape({ yaw: 0.9 })],
    ['lying on its ear', faceShape({ roll: Math.PI / 2 })],
    ['with its mouth wide open', faceShape({ opening: 0.5 })],
  ])('accepts a face %s', (_, points) => {
    expect(isPlausibleFace(points)).toBe(true);
  });

  it.each([
    ['whose mouth lies over its nose', changed(61, 0, -80)],
    ['whose chin lies over its mouth', changed(152, 0, -60)],
    ['whose eyes stand a head apart', changed(33, -120, 0)],
    ['whose eyes coincide', changed(33, 80, 0)],
    ['of a dozen pixels', faceShape({ scale: 10 })],
  ])('refuses a face %s', (_, points) => {
    expect(isPlausibleFace(points)).toBe(false);
  });
});
