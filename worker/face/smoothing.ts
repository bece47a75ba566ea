import { headAxes } from './head-pose.ts';
import { LIPS_INNER, LIPS_OUTER, NOSE_BASE, STABLE } from './landmark-indices.ts';
import { type FaceObservation, LANDMARK_COUNT, type Landmarks } from './landmarks.ts';
import { localParabolaWeights } from './local-regression.ts';
import { faceScale } from './mouth-shape.ts';
import { applySimilarity, fitSimilarity, invertSimilarity, type Similarity } from './similarity.ts';
import { dot, landmark } from './vector.ts';

/** Heads nod with speech up to about 5 Hz, so their motion is smoothed over a fifth of a second at most. */
const HEAD_HALF_WIDTH_SECONDS = 0.1;
/** What the mouth doesn't move changes slowly: turns of the head, brows. */
const UPPER_FACE_HALF_WIDTH_SECONDS = 0.2;
const MOUTH_HALF_WIDTH_SECONDS = 0.12;
/**
 * Lips of two frames that differ by less than this (root mean square, of the face's scale) differ by noise: the mesh's own is
 * 0.001 to 0.003 on clips of people who sit still, and a seal moves the lips by 0.015 and more.
 */
const MOUTH_NOISE = 0.006;
/** A face that jumps this far between two frames (of its scale) was cut, not moved. */
const JUMP = 0.25;

const LIPS = [...LIPS_INNER, ...LIPS_OUTER];

/**
 * Removes the jitter of the mesh from observations in frame order, with no lag. The head's motion and the upper face follow
 * local parabolas; mouth and jaw are averaged only over neighbouring frames that show the same lips (a bilateral filter,
 * Tomasi and Manduchi 1998), so that a seal of one frame stays. Nothing is mixed across gaps, tracks and jumps.
 */
export function smoothLandmarks(
  observations: readonly (FaceObservation | null)[],
  frameRate: number,
): (FaceObservation | null)[] {
  const smoothed: (FaceObservation | null)[] = observations.map(() => null);
  let run: FaceObservation[] = [];
  observations.forEach((observation, frame) => {
    if (!observation) return;
    run.push(observation);
    if (continues(observation, observations[frame + 1])) return;
    const points = smoothRun(
      run.map((member) => member.points),
      frameRate,
    );
    const first = frame + 1 - run.length;
    run.forEach((member, i) => {
      smoothed[first + i] = { ...member, points: points[i] };
    });
    run = [];
  });
  return smoothed;
}

function continues(now: FaceObservation, next: FaceObservation | null | undefined): boolean {
  if (!next || next.track !== now.track) return false;
  const move = fitSimilarity(now.points, next.points, [NOSE_BASE, ...STABLE]);
  const moved = applySimilarity(move, now.points);
  const x = moved[3 * NOSE_BASE] - now.points[3 * NOSE_BASE];
  const y = moved[3 * NOSE_BASE + 1] - now.points[3 * NOSE_BASE + 1];
  return Math.hypot(x, y) < JUMP * faceScale(now.points);
}

function smoothRun(frames: readonly Landmarks[], frameRate: number): Landmarks[] {
  const reference = frames[0];
  const poses = frames.map((points) => fitSimilarity(reference, points, STABLE));
  const shapes = frames.map((points, i) => applySimilarity(invertSimilarity(poses[i]), points));
  const isMouth = mouthCoordinates(reference);

  const halfWidth = (seconds: number) => Math.max(1, Math.round(seconds * frameRate));
  const headWidth = halfWidth(HEAD_HALF_WIDTH_SECONDS);
  const upperFaceWidth = halfWidth(UPPER_FACE_HALF_WIDTH_SECONDS);
  const mouthWidth = halfWidth(MOUTH_HALF_WIDTH_SECONDS);
  const noise = MOUTH_NOISE * faceScale(reference);

  return frames.map((_, frame) => {
    const upperFace = parabolaTaps(frame, frames.length, upperFaceWidth);
    const mouth = mouthTaps(shapes, frame, mouthWidth, noise);
    const shape = new Float32Array(LANDMARK_COUNT * 3);
    for (let i = 0; i < shape.length; i++) {
      let sum = 0;
      for (const tap of isMouth[i] ? mouth : upperFace) sum += tap.weight * shapes[tap.frame][i];
      shape[i] = sum;
    }
    return applySimilarity(smoothPose(poses, frame, headWidth), shape);
  });
}

/** A frame and its share of the smoothed value; shares sum up to 1. */
interface Tap {
  readonly frame: number;
  readonly weight: number;
}

function parabolaTaps(frame: number, frames: number, halfWidth: number): Tap[] {
  const first = Math.max(-halfWidth, -frame);
  const last = Math.min(halfWidth, frames - 1 - frame);
  return Array.from(localParabolaWeights(first, last, halfWidth), (weight, i) => ({
    frame: frame + first + i,
    weight,
  }));
}

function mouthTaps(shapes: readonly Landmarks[], frame: number, halfWidth: number, noise: number): Tap[] {
  const taps: Tap[] = [];
  // Both sides to the same depth: else the ends of a run would lag.
  const reach = Math.min(halfWidth, frame, shapes.length - 1 - frame);
  for (let other = frame - reach; other <= frame + reach; other++) {
    const apart = lipDistance(shapes[frame], shapes[other]) / noise;
    const later = (other - frame) / (halfWidth + 1);
    taps.push({ frame: other, weight: Math.exp((-apart * apart) / 2) * (1 - Math.abs(later) ** 3) ** 3 });
  }
  const total = taps.reduce((sum, tap) => sum + tap.weight, 0);
  return taps.map((tap) => ({ frame: tap.frame, weight: tap.weight / total }));
}

/** Root mean square distance in the plane between the lips of two shapes. */
function lipDistance(a: Landmarks, b: Landmarks): number {
  const squares = LIPS.reduce(
    (sum, index) => sum + (a[3 * index] - b[3 * index]) ** 2 + (a[3 * index + 1] - b[3 * index + 1]) ** 2,
    0,
  );
  return Math.sqrt(squares / LIPS.length);
}

/** Per coordinate of `points`: whether its point lies below the nose, where speech moves it. */
function mouthCoordinates(points: Landmarks): boolean[] {
  const { down } = headAxes(points);
  const depth = (index: number) => dot(landmark(points, index), down);
  const nose = depth(NOSE_BASE);
  return Array.from(points, (_, coordinate) => depth(Math.floor(coordinate / 3)) > nose);
}

function smoothPose(poses: readonly Similarity[], frame: number, halfWidth: number): Similarity {
  const taps = parabolaTaps(frame, poses.length, halfWidth);
  const mean = (read: (pose: Similarity) => number) =>
    taps.reduce((sum, tap) => sum + tap.weight * read(poses[tap.frame]), 0);
  return {
    cos: mean((pose) => pose.cos),
    sin: mean((pose) => pose.sin),
    x: mean((pose) => pose.x),
    y: mean((pose) => pose.y),
  };
}
