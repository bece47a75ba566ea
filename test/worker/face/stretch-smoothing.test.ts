import { describe, expect, it } from 'vitest';
import { smoothStretch } from '../../../worker/face/stretch-smoothing.ts';

const FRAME_RATE = 25;
/** A face of eight points: four of bone, four of the lips. */
const ROLES = { stable: [0, 1, 2, 3], lips: [4, 5, 6, 7], speech: [4, 5, 6, 7], scale: [0, 3] } as const;
const PLACES = [
  [0, -100],
  [-40, -50],
  [40, -50],
  [0, 0],
  [-30, 40],
  [30, 40],
  [0, 35],
  [0, 45],
];

function shape(x: number, opening: number): Float32Array {
  return Float32Array.from(
    PLACES.flatMap(([across, down], i) => [200 + x + across, 200 + down + (i === 7 ? opening : 0), 0]),
  );
}

const shaking = (frame: number) => 0.5 * Math.sin(frame * frame * 7.3);
const shapes = () => Array.from({ length: 20 }, (_, frame) => shape(shaking(frame), frame === 8 ? 20 : 0));

describe('smoothing a stretch', () => {
  it('works on any choice of points, told what they are for', () => {
    const smoothed = [...smoothStretch(shapes(), ROLES, FRAME_RATE)];
    const restless = (frames: readonly Float32Array[]) =>
      Math.hypot(...frames.slice(1).map((points, i) => points[0] - frames[i][0]));
    expect(smoothed).toHaveLength(20);
    expect(restless(smoothed)).toBeLessThan(0.5 * restless(shapes()));
    const opening = (points: Float32Array) => points[3 * 7 + 1] - points[3 * 6 + 1] - 10;
    expect(opening(smoothed[8])).toBeCloseTo(20, 1);
    expect(opening(smoothed[7])).toBeCloseTo(0, 1);
  });

  it('lets its caller overwrite each shape as soon as it has the smoothed one', () => {
    const expected = [...smoothStretch(shapes(), ROLES, FRAME_RATE)];
    const track = shapes();
    let frame = 0;
    for (const smoothed of smoothStretch(track, ROLES, FRAME_RATE)) track[frame++].set(smoothed);
    expect(track).toEqual(expected);
  });

  it('gives nothing for nothing and one shape for one', () => {
    expect([...smoothStretch([], ROLES, FRAME_RATE)]).toEqual([]);
    const [only] = smoothStretch([shape(3, 5)], ROLES, FRAME_RATE);
    for (const [i, value] of shape(3, 5).entries()) expect(only[i]).toBeCloseTo(value, 3);
  });
});
