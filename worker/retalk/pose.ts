/** A rigid motion with scale in 3-D: `p → scale · rotation · p + translation`. `rotation` is 3×3, row by row. */
export interface Pose {
  readonly scale: number;
  readonly rotation: Float64Array;
  readonly translation: Float64Array;
}

/**
 * The pose that best carries `from` onto `to` (least squares over the points `chosen`; shapes are x, y, z per point).
 * Horn 1987, "Closed-form solution of absolute orientation using unit quaternions".
 */
export function fitPose(from: ArrayLike<number>, to: ArrayLike<number>, chosen: readonly number[]): Pose {
  const a = centroid(from, chosen);
  const b = centroid(to, chosen);
  const s = new Float64Array(9);
  let spreadFrom = 0;
  let spreadTo = 0;
  for (const point of chosen) {
    for (let row = 0; row < 3; row++) {
      const p = from[point * 3 + row] - a[row];
      const q = to[point * 3 + row] - b[row];
      spreadFrom += p * p;
      spreadTo += q * q;
      for (let column = 0; column < 3; column++) s[row * 3 + column] += p * (to[point * 3 + column] - b[column]);
    }
  }
  const rotation = rotationOf(largestEigenvector(hornMatrix(s)));
  const scale = spreadFrom > 0 ? Math.sqrt(spreadTo / spreadFrom) : 1;
  const translation = new Float64Array(3);
  for (let row = 0; row < 3; row++) {
    const r = row * 3;
    translation[row] = b[row] - scale * (rotation[r] * a[0] + rotation[r + 1] * a[1] + rotation[r + 2] * a[2]);
  }
  return { scale, rotation, translation };
}

/** Moves every point of `shape` by `pose` into `out`; the two may be the same array. */
export function applyPose(pose: Pose, shape: ArrayLike<number>, out: Float32Array): void {
  const { scale, rotation: r, translation: t } = pose;
  for (let i = 0; i < out.length; i += 3) {
    const x = shape[i];
    const y = shape[i + 1];
    const z = shape[i + 2];
    out[i] = scale * (r[0] * x + r[1] * y + r[2] * z) + t[0];
    out[i + 1] = scale * (r[3] * x + r[4] * y + r[5] * z) + t[1];
    out[i + 2] = scale * (r[6] * x + r[7] * y + r[8] * z) + t[2];
  }
}

export function invertPose(pose: Pose): Pose {
  const { rotation: r, translation: t } = pose;
  const scale = 1 / pose.scale;
  const rotation = Float64Array.of(r[0], r[3], r[6], r[1], r[4], r[7], r[2], r[5], r[8]);
  const translation = new Float64Array(3);
  for (let row = 0; row < 3; row++) {
    const at = row * 3;
    translation[row] = -scale * (rotation[at] * t[0] + rotation[at + 1] * t[1] + rotation[at + 2] * t[2]);
  }
  return { scale, rotation, translation };
}

function centroid(shape: ArrayLike<number>, chosen: readonly number[]): [number, number, number] {
  const sum: [number, number, number] = [0, 0, 0];
  for (const point of chosen) for (let axis = 0; axis < 3; axis++) sum[axis] += shape[point * 3 + axis];
  return [sum[0] / chosen.length, sum[1] / chosen.length, sum[2] / chosen.length];
}

/** Horn's symmetric 4×4 matrix; its dominant eigenvector is the rotation as a quaternion (w, x, y, z). */
function hornMatrix(s: Float64Array): Float64Array {
  const [xx, xy, xz, yx, yy, yz, zx, zy, zz] = s;
  return Float64Array.of(
    ...[xx + yy + zz, yz - zy, zx - xz, xy - yx],
    ...[yz - zy, xx - yy - zz, xy + yx, zx + xz],
    ...[zx - xz, xy + yx, yy - xx - zz, yz + zy],
    ...[xy - yx, zx + xz, yz + zy, zz - xx - yy],
  );
}

const JACOBI_SWEEPS = 12;

/** Jacobi's rotations on a symmetric 4×4 matrix: converges in a handful of sweeps and never fails on near-equal roots. */
function largestEigenvector(matrix: Float64Array): [number, number, number, number] {
  const m = matrix;
  const vectors = Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1);
  for (let sweep = 0; sweep < JACOBI_SWEEPS; sweep++) {
    for (let p = 0; p < 3; p++) {
      for (let q = p + 1; q < 4; q++) rotateAway(m, vectors, p, q);
    }
  }
  let best = 0;
  for (let i = 1; i < 4; i++) if (m[i * 5] > m[best * 5]) best = i;
  return [vectors[best], vectors[4 + best], vectors[8 + best], vectors[12 + best]];
}

function rotateAway(m: Float64Array, vectors: Float64Array, p: number, q: number): void {
  const off = m[p * 4 + q];
  if (off === 0) return;
  const theta = (m[q * 5] - m[p * 5]) / (2 * off);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < 4; k++) {
    const kp = m[k * 4 + p];
    const kq = m[k * 4 + q];
    m[k * 4 + p] = c * kp - s * kq;
    m[k * 4 + q] = s * kp + c * kq;
  }
  for (let k = 0; k < 4; k++) {
    const pk = m[p * 4 + k];
    const qk = m[q * 4 + k];
    m[p * 4 + k] = c * pk - s * qk;
    m[q * 4 + k] = s * pk + c * qk;
    const vp = vectors[k * 4 + p];
    const vq = vectors[k * 4 + q];
    vectors[k * 4 + p] = c * vp - s * vq;
    vectors[k * 4 + q] = s * vp + c * vq;
  }
}

function rotationOf([w, x, y, z]: readonly [number, number, number, number]): Float64Array {
  return Float64Array.of(
    ...[w * w + x * x - y * y - z * z, 2 * (x * y - w * z), 2 * (x * z + w * y)],
    ...[2 * (x * y + w * z), w * w - x * x + y * y - z * z, 2 * (y * z - w * x)],
    ...[2 * (x * z - w * y), 2 * (y * z + w * x), w * w - x * x - y * y + z * z],
  );
}
