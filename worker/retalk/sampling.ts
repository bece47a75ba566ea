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

/**
 * Keys 1981. Its usual a = −1/2 blurs a little where it reads between pixels; −0.75 keeps teeth and stubble as sharp as the frames
 * around them, and overshoots too little to be seen.
 */
const A = -0.75;

/** Four weights per phase. */
export const CUBIC_WEIGHTS = Float32Array.from({ length: PHASES * 4 + 4 }, (_, i) => {
  const t = Math.floor(i / 4) / PHASES;
  return keys(Math.abs(t - ((i % 4) - 1)));
});

function keys(x: number): number {
  if (x < 1) return ((A + 2) * x - (A + 3)) * x * x + 1;
  if (x < 2) return ((A * x - 5 * A) * x + 8 * A) * x - 4 * A;
  return 0;
}

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

/** As `sampleCubic`, bilinear: for chroma, whose detail nobody sees, at a third of the price. */
export function sampleLinear(plane: Plane, x: number, y: number): number {
  const { data, stride } = plane;
  const cx = Math.max(0, Math.min(plane.width - 1, x));
  const cy = Math.max(0, Math.min(plane.height - 1, y));
  const ix = cx | 0;
  const iy = cy | 0;
  const right = ix + 1 < plane.width ? 1 : 0;
  const below = iy + 1 < plane.height ? stride : 0;
  const at = plane.offset + iy * stride + ix;
  const top = data[at] + (data[at + right] - data[at]) * (cx - ix);
  const bottom = data[at + below] + (data[at + below + right] - data[at + below]) * (cx - ix);
  return top + (bottom - top) * (cy - iy);
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
