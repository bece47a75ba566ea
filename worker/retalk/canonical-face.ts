import { FOREHEAD, NOSE_BASE, SHAPE_LENGTH, STABLE_POINTS, SYMMETRIC_PAIRS } from './face-points.ts';
import { applyPose, fitPose, invertPose, type Pose } from './pose.ts';

/**
 * The speaker's own face seen from straight ahead: origin between the stable points, x towards the person's left, y
 * down, z away from the viewer, one unit from the hairline's middle to the base of the nose. A shape in these
 * coordinates holds the expression and nothing of the head's pose.
 */
export interface CanonicalFace {
  /** The clip's mean shape; only the stable points matter for fitting. */
  readonly shape: Float32Array;
}

/** The pose from canonical coordinates to the frame of `shape`, read from the shape's own axes. Good to a few degrees; see `poseOf`. */
export function axesPose(shape: ArrayLike<number>): Pose {
  const x: Vector = [0, 0, 0];
  for (const [right, left] of SYMMETRIC_PAIRS) add(x, difference(shape, left, right));
  normalise(x);
  const down = difference(shape, NOSE_BASE, FOREHEAD);
  const length = Math.hypot(...down);
  const along = dot(down, x);
  const y: Vector = [down[0] - along * x[0], down[1] - along * x[1], down[2] - along * x[2]];
  normalise(y);
  const z: Vector = [x[1] * y[2] - x[2] * y[1], x[2] * y[0] - x[0] * y[2], x[0] * y[1] - x[1] * y[0]];
  const centre: Vector = [0, 0, 0];
  for (const point of STABLE_POINTS) add(centre, [shape[point * 3], shape[point * 3 + 1], shape[point * 3 + 2]]);
  return {
    scale: Math.max(length, Number.EPSILON),
    rotation: Float64Array.of(x[0], y[0], z[0], x[1], y[1], z[1], x[2], y[2], z[2]),
    translation: Float64Array.from(centre, (sum) => sum / STABLE_POINTS.length),
  };
}

/** Averages the clip's shapes in canonical coordinates. `shapes` must yield at least one. */
export function meanFace(shapes: Iterable<Float32Array>): CanonicalFace {
  const sum = new Float64Array(SHAPE_LENGTH);
  const aligned = new Float32Array(SHAPE_LENGTH);
  let count = 0;
  for (const shape of shapes) {
    expressionOf(axesPose(shape), shape, aligned);
    for (let i = 0; i < SHAPE_LENGTH; i++) sum[i] += aligned[i];
    count++;
  }
  return { shape: Float32Array.from(sum, (value) => value / count) };
}

/** The pose that carries canonical coordinates to the frame in which `shape` was seen. */
export function poseOf(face: CanonicalFace, shape: ArrayLike<number>): Pose {
  return fitPose(face.shape, shape, STABLE_POINTS);
}

/** Takes the head's pose out of `shape`: what is left is the expression, in canonical coordinates. */
export function expressionOf(pose: Pose, shape: ArrayLike<number>, out: Float32Array): void {
  applyPose(invertPose(pose), shape, out);
}

/** Degrees; all zero for a face that looks straight into the camera, but pitch is only good for comparing. */
export interface HeadAngles {
  /** Positive: the face turns to the picture's right. */
  readonly yaw: number;
  /** Positive: the face looks down. Counts from the line hairline to nose base, which leans differently in every face. */
  readonly pitch: number;
  /** Positive: the head leans clockwise on the screen. */
  readonly roll: number;
}

/** The angles of a pose that leads from canonical coordinates to a frame. */
export function headAngles(pose: Pose): HeadAngles {
  const r = pose.rotation;
  const degrees = 180 / Math.PI;
  return {
    yaw: Math.atan2(r[6], Math.hypot(r[0], r[3])) * degrees,
    pitch: Math.atan2(r[7], r[8]) * degrees,
    roll: Math.atan2(r[3], r[0]) * degrees,
  };
}

type Vector = [number, number, number];

function difference(shape: ArrayLike<number>, to: number, from: number): Vector {
  const a = to * 3;
  const b = from * 3;
  return [shape[a] - shape[b], shape[a + 1] - shape[b + 1], shape[a + 2] - shape[b + 2]];
}

function add(sum: Vector, v: Vector): void {
  sum[0] += v[0];
  sum[1] += v[1];
  sum[2] += v[2];
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function normalise(v: Vector): void {
  const length = Math.max(Math.hypot(...v), Number.EPSILON);
  v[0] /= length;
  v[1] /= length;
  v[2] /= length;
}
