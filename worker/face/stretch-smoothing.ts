import { localParabolaWeights } from './local-regression.ts';
import { applySimilarity, fitSimilarity, invertSimilarity, type Similarity } from './similarity.ts';

/** Heads nod with speech up to about 5 Hz, so their motion is smoothed over a fifth of a second at most. */
const HEAD_HALF_WIDTH_SECONDS = 0.1;
/** What speech doesn't move changes slowly: turns of the head, brows. */
const STILL_HALF_WIDTH_SECONDS = 0.2;
const SPEECH_HALF_WIDTH_SECONDS = 0.12;
/**
 * Lips of two frames that differ by less than this (root mean square, of the face's scale) differ by noise: the mesh's own is
 * 0.001 to 0.003 on clips of people who sit still, and a seal moves the lips by 0.015 and more.
 */
const LIP_NOISE = 0.006;

/** What the points of a shape are for, by their place in it. */
export interface PointRoles {
  /** Over bone: they carry the head's motion. */
  readonly stable: readonly number[];
  /** Both outlines of both lips: they tell whether two frames show the same mouth. */
  readonly lips: readonly number[];
  /** Everything that speech moves: lips, chin, jaw, the cheeks beside the mouth. */
  readonly speech: readonly number[];
  /** Top of the forehead and base of the nose: the face's scale. */
  readonly scale: readonly [forehead: number, noseBase: number];
}

/**
 * Removes jitter from a stretch of frames that show one face without a cut, with no lag; each shape is x, y, z of the same
 * points. The head's motion and the still part of the face follow local parabolas; what speech moves is averaged only over
 * neighbouring frames that show the same lips (a bilateral filter, Tomasi and Manduchi 1998), so that a seal of one frame
 * stays. Yields the smoothed shapes in order; a shape that was yielded isn't read again, so its original may be overwritten.
 */
export function* smoothStretch(
  shapes: readonly Float32Array[],
  roles: PointRoles,
  frameRate: number,
): Generator<Float32Array> {
  if (shapes.length === 0) return;
  const last = shapes.length - 1;
  const reference = Float32Array.from(shapes[0]);
  const poses = shapes.map((shape) => fitSimilarity(reference, shape, roles.stable));
  const headMotion = slidingParabola(HEAD_HALF_WIDTH_SECONDS, frameRate, last);
  const stillMotion = slidingParabola(STILL_HALF_WIDTH_SECONDS, frameRate, last);
  const speechHalfWidth = halfWidthFrames(SPEECH_HALF_WIDTH_SECONDS, frameRate);
  const reach = Math.max(halfWidthFrames(STILL_HALF_WIDTH_SECONDS, frameRate), speechHalfWidth);
  const noise = LIP_NOISE * pointDistance(reference, ...roles.scale);
  const moving = new Uint8Array(reference.length);
  for (const point of roles.speech) moving.fill(1, 3 * point, 3 * point + 3);

  /** Shapes without the head's motion, of the frames within reach. */
  const aligned = new Map<number, Float32Array>();
  const alignedAt = (frame: number): Float32Array => {
    const shape = aligned.get(frame) ?? applySimilarity(invertSimilarity(poses[frame]), shapes[frame]);
    aligned.set(frame, shape);
    return shape;
  };
  for (let frame = 0; frame <= last; frame++) {
    aligned.delete(frame - reach - 1);
    for (let ahead = frame; ahead <= Math.min(frame + reach, last); ahead++) alignedAt(ahead);
    const still = stillMotion(frame).map((tap) => ({ weight: tap.weight, shape: alignedAt(tap.frame) }));
    // Both sides to the same depth: else the ends of a stretch would lag.
    const depth = Math.min(speechHalfWidth, frame, last - frame);
    const window = Array.from({ length: 2 * depth + 1 }, (_, i) => alignedAt(frame - depth + i));
    const weights = similarityWeights(window, depth, speechHalfWidth, roles.lips, noise);
    const speech = window.map((shape, i) => ({ weight: weights[i], shape }));
    const smoothed = Float32Array.from(reference, (_, i) => {
      let sum = 0;
      for (const { weight, shape } of moving[i] ? speech : still) sum += weight * shape[i];
      return sum;
    });
    yield applySimilarity(meanPose(poses, headMotion(frame)), smoothed);
  }
}

/** A frame and its share of a smoothed value; shares sum up to 1. */
interface Tap {
  readonly frame: number;
  readonly weight: number;
}

function halfWidthFrames(seconds: number, frameRate: number): number {
  return Math.max(1, Math.round(seconds * frameRate));
}

/** The taps around a frame that give the local parabola's value there; shorter near the ends of the stretch. */
function slidingParabola(seconds: number, frameRate: number, last: number): (frame: number) => Tap[] {
  const halfWidth = halfWidthFrames(seconds, frameRate);
  const inside = localParabolaWeights(-halfWidth, halfWidth, halfWidth);
  return (frame) => {
    const before = Math.min(halfWidth, frame);
    const after = Math.min(halfWidth, last - frame);
    const whole = before === halfWidth && after === halfWidth;
    const weights = whole ? inside : localParabolaWeights(-before, after, halfWidth);
    return weights.map((weight, i) => ({ weight, frame: frame - before + i }));
  };
}

/** How much each shape of a window counts for the one in its middle: near in time, and the same lips but for noise. */
function similarityWeights(
  window: readonly Float32Array[],
  middle: number,
  halfWidth: number,
  lips: readonly number[],
  noise: number,
): number[] {
  const weights = window.map((shape, i) => {
    const apart = rootMeanSquareDistance(window[middle], shape, lips) / noise;
    const later = Math.abs(i - middle) / (halfWidth + 1);
    return Math.exp((-apart * apart) / 2) * (1 - later ** 3) ** 3;
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

function meanPose(poses: readonly Similarity[], taps: readonly Tap[]): Similarity {
  const mean = (read: (pose: Similarity) => number) =>
    taps.reduce((sum, tap) => sum + tap.weight * read(poses[tap.frame]), 0);
  return {
    cos: mean((pose) => pose.cos),
    sin: mean((pose) => pose.sin),
    x: mean((pose) => pose.x),
    y: mean((pose) => pose.y),
  };
}

/** In the picture's plane. */
function rootMeanSquareDistance(a: Float32Array, b: Float32Array, points: readonly number[]): number {
  let squares = 0;
  for (const point of points) {
    squares += (a[3 * point] - b[3 * point]) ** 2 + (a[3 * point + 1] - b[3 * point + 1]) ** 2;
  }
  return Math.sqrt(squares / points.length);
}

function pointDistance(shape: Float32Array, a: number, b: number): number {
  return Math.hypot(
    shape[3 * a] - shape[3 * b],
    shape[3 * a + 1] - shape[3 * b + 1],
    shape[3 * a + 2] - shape[3 * b + 2],
  );
}
