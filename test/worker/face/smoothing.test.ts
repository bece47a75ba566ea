import { describe, expect, it } from 'vitest';
import type { FaceObservation } from '../../../worker/face/landmarks.ts';
import { mouthShape } from '../../../worker/face/mouth-shape.ts';
import { smoothLandmarks } from '../../../worker/face/smoothing.ts';
import { type FaceShapeOptions, faceShape } from './face-shape.ts';

const FRAME_RATE = 25;
const NOSE_BRIDGE = 168;

interface Clip {
  readonly frames: number;
  readonly face: (frame: number) => FaceShapeOptions;
  readonly noisePixels?: number;
  readonly track?: (frame: number) => number;
}

/** Jitter as the mesh has it: the whole face shakes, and every point a little by itself. */
function clip({ frames, face, noisePixels = 0, track = () => 0 }: Clip): FaceObservation[] {
  const noise = (seed: number) => ((Math.sin(seed * 12.9898) * 43_758.5453) % 1) * noisePixels;
  return Array.from({ length: frames }, (_, frame) => ({
    points: faceShape(face(frame)).map(
      (value, i) => value + (i % 3 < 2 ? noise(frame * 2 + 1 + (i % 3)) + 0.3 * noise(frame * 1404 + i) : 0),
    ),
    presence: 1,
    track: track(frame),
  }));
}

function pointsOf(observation: FaceObservation | null): Float32Array {
  if (!observation) throw new Error('expected a face');
  return observation.points;
}

const openings = (observations: readonly (FaceObservation | null)[]) =>
  observations.map((observation) => mouthShape(pointsOf(observation)).opening);

/** Root mean square distance from the truth of one coordinate, away from the ends. */
function error(
  observations: readonly (FaceObservation | null)[],
  truth: readonly FaceObservation[],
  coordinate: number,
) {
  const squares = observations
    .map((observation, i) => (pointsOf(observation)[coordinate] - truth[i].points[coordinate]) ** 2)
    .slice(5, -5);
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
}

/** Root mean square change of the step from frame to frame. */
function shaking(observations: readonly (FaceObservation | null)[], coordinate: number): number {
  const path = observations.map((observation) => pointsOf(observation)[coordinate]);
  const bends = path.slice(2).map((value, i) => value - 2 * path[i + 1] + path[i]);
  return Math.sqrt(bends.reduce((sum, bend) => sum + bend * bend, 0) / bends.length);
}

describe('smoothing landmarks', () => {
  it('takes the shaking out of a head that moves and stays with it', () => {
    const face = (frame: number) => ({
      x: 300 + 20 * Math.sin(frame / 8),
      y: 200 + frame,
      roll: 0.1 * Math.sin(frame / 9),
    });
    const truth = clip({ frames: 60, face });
    const noisy = clip({ frames: 60, face, noisePixels: 1 });
    const smooth = smoothLandmarks(noisy, FRAME_RATE);
    for (const coordinate of [3 * NOSE_BRIDGE, 3 * NOSE_BRIDGE + 1]) {
      expect(shaking(smooth, coordinate)).toBeLessThan(0.35 * shaking(noisy, coordinate));
      expect(error(smooth, truth, coordinate)).toBeLessThan(0.8 * error(noisy, truth, coordinate));
    }
  });

  it('leaves a steady motion where it is, with no lag', () => {
    const moving = clip({ frames: 30, face: (frame) => ({ x: 100 + 3 * frame, y: 200 - 2 * frame }) });
    const smooth = smoothLandmarks(moving, FRAME_RATE);
    smooth.forEach((observation, frame) => {
      const points = pointsOf(observation);
      for (const i of [3 * NOSE_BRIDGE, 3 * NOSE_BRIDGE + 1, 3 * 13 + 1]) {
        expect(points[i]).toBeCloseTo(moving[frame].points[i], 2);
      }
    });
  });

  it('keeps a seal of one frame in open speech', () => {
    const face = (frame: number) => ({ opening: frame === 12 ? 0 : 0.15 });
    const smooth = openings(smoothLandmarks(clip({ frames: 25, face, noisePixels: 0.3 }), FRAME_RATE));
    expect(smooth[12]).toBeLessThan(0.02);
    expect(smooth[11]).toBeGreaterThan(0.13);
    expect(smooth[13]).toBeGreaterThan(0.13);
  });

  it('calms a mouth that rests', () => {
    const noisy = clip({ frames: 50, face: () => ({ opening: 0.02 }), noisePixels: 0.5 });
    const spread = (values: readonly number[]) => Math.max(...values) - Math.min(...values);
    const before = spread(openings(noisy).slice(5, -5));
    expect(spread(openings(smoothLandmarks(noisy, FRAME_RATE)).slice(5, -5))).toBeLessThan(0.7 * before);
  });

  it('gives a clip backwards what it gives it forwards, reversed', () => {
    const face = (frame: number) => ({ x: 300 + 5 * Math.sin(frame / 3), opening: 0.1 + 0.1 * Math.sin(frame * 0.9) });
    const frames = clip({ frames: 20, face, noisePixels: 0.5 });
    const forwards = openings(smoothLandmarks(frames, FRAME_RATE));
    const backwards = openings(smoothLandmarks(frames.toReversed(), FRAME_RATE)).toReversed();
    forwards.forEach((opening, i) => {
      expect(opening).toBeCloseTo(backwards[i], 3);
    });
  });

  it('mixes nothing across a cut, a gap or a jump', () => {
    const left = { x: 100, y: 200 };
    const right = { x: 400, y: 260 };
    const cut = clip({
      frames: 20,
      face: (frame) => (frame < 10 ? left : right),
      track: (frame) => (frame < 10 ? 0 : 1),
    });
    const gap = clip({ frames: 20, face: (frame) => (frame < 10 ? left : right) }).map((observation, frame) =>
      frame === 9 || frame === 10 ? null : observation,
    );
    const jump = clip({ frames: 20, face: (frame) => (frame < 10 ? left : right) });
    for (const observations of [cut, gap, jump]) {
      smoothLandmarks(observations, FRAME_RATE).forEach((observation, frame) => {
        const expected = observations[frame];
        expect(observation === null).toBe(expected === null);
        if (observation && expected) expect(observation.points[0]).toBeCloseTo(expected.points[0], 2);
      });
    }
  });

  it('smooths over the same time at any frame rate', () => {
    const still = (rate: number) => clip({ frames: 2 * rate, face: () => ({}), noisePixels: 1 });
    const rest = (rate: number) =>
      error(smoothLandmarks(still(rate), rate), clip({ frames: 2 * rate, face: () => ({}) }), 3 * NOSE_BRIDGE);
    expect(rest(100)).toBeLessThan(0.8 * rest(25));
  });
});
