/** A plane of 8-bit samples inside a larger array. */
export interface Plane {
  readonly data: Uint8Array;
  readonly offset: number;
  readonly stride: number;
  readonly width: number;
  readonly height: number;
}

/** Fractions of a pixel that the kernel table tells apart: finer than what 8 bits can show. */
const PHASES = 64;

/** Keys 1981 with a = −1/2 (Catmull–Rom): exact at whole pixels, keeps edges where bilinear blurs them. */
export const CUBIC_WEIGHTS = Float32Array.from({ length: PHASES * 4 + 4 }, (_, i) => {
  const t = Math.floor(i / 4) / PHASES;
  switch (i % 4) {
    case 0:
      return ((2 - t) * t - 1) * t * 0.5;
    case 1:
      return ((3 * t - 5) * t * t + 2) * 0.5;
    case 2:
      return ((4 - 3 * t) * t + 1) * t * 0.5;
    default:
      return (t - 1) * t * t * 0.5;
  }
});

/** The plane's value at (x, y), (0, 0) being the centre of its first sample; beyond its edges the outermost samples go on. */
export function sampleCubic(plane: Plane, x: number, y: number): number {
  const { data, offset, stride } = plane;
  const lastX = plane.width - 1;
  const lastY = plane.height - 1;
  const cx = Math.max(0, Math.min(lastX, x));
  const cy = Math.max(0, Math.min(lastY, y));
  let ix = cx | 0;
  let iy = cy | 0;
  let px = ((cx - ix) * PHASES + 0.5) | 0;
  let py = ((cy - iy) * PHASES + 0.5) | 0;
  if (px === PHASES) {
    px = 0;
    ix++;
  }
  if (py === PHASES) {
    py = 0;
    iy++;
  }
  const at = offset + iy * stride + ix;
  if (px === 0 && py === 0) return data[at];
  const w = CUBIC_WEIGHTS;
  const wx = px * 4;
  const wy = py * 4;
  if (ix < 1 || iy < 1 || ix + 2 > lastX || iy + 2 > lastY) return sampleAtEdge(plane, ix, iy, wx, wy);
  let sum = 0;
  let row = at - stride - 1;
  for (let k = 0; k < 4; k++) {
    sum +=
      w[wy + k] *
      (data[row] * w[wx] + data[row + 1] * w[wx + 1] + data[row + 2] * w[wx + 2] + data[row + 3] * w[wx + 3]);
    row += stride;
  }
  return sum;
}

function sampleAtEdge(plane: Plane, ix: number, iy: number, wx: number, wy: number): number {
  let sum = 0;
  for (let k = 0; k < 4; k++) {
    const row = Math.max(0, Math.min(plane.height - 1, iy + k - 1));
    for (let j = 0; j < 4; j++) {
      const column = Math.max(0, Math.min(plane.width - 1, ix + j - 1));
      sum += CUBIC_WEIGHTS[wy + k] * CUBIC_WEIGHTS[wx + j] * plane.data[plane.offset + row * plane.stride + column];
    }
  }
  return sum;
}

/** Per phase, what is left of white noise's variance after reading there: 1 at whole pixels, 0.64 half-way. */
const KEPT_VARIANCE = Float32Array.from({ length: PHASES + 1 }, (_, phase) => {
  let sum = 0;
  for (let k = 0; k < 4; k++) sum += CUBIC_WEIGHTS[phase * 4 + k] ** 2;
  return sum;
});

/** Share of white noise's variance that `sampleCubic` averages away at (x, y): 0 at whole pixels, 0.59 in the middle of four. */
export function noiseLost(x: number, y: number): number {
  const px = ((x - Math.floor(x)) * PHASES + 0.5) | 0;
  const py = ((y - Math.floor(y)) * PHASES + 0.5) | 0;
  return 1 - KEPT_VARIANCE[px] * KEPT_VARIANCE[py];
}
