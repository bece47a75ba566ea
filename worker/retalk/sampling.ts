import { planesOf, type Region } from './patch.ts';

/** A plane of 8-bit samples inside a larger array. */
export interface Plane {
  readonly data: Uint8Array;
  readonly offset: number;
  readonly stride: number;
  readonly width: number;
  readonly height: number;
}

/** Y, U and V of a region's packed I420 content. */
export function planesIn(data: Uint8Array, region: Region): readonly [Plane, Plane, Plane] {
  const plane = ({ offset, stride, step }: { offset: number; stride: number; step: number }): Plane => ({
    data,
    offset,
    stride,
    width: region.width / step,
    height: region.height / step,
  });
  const [y, u, v] = planesOf(region.width, region.height);
  return [plane(y), plane(u), plane(v)];
}

/** Fractions of a pixel that the kernel table tells apart: finer than what 8 bits can show. */
const PHASE_BITS = 6;
const PHASES = 1 << PHASE_BITS;

/**
 * Keys 1981. Its usual a = −1/2 blurs a little where it reads between pixels; −0.75 keeps teeth and stubble as sharp as the frames
 * around them, and overshoots too little to be seen.
 */
const A = -0.75;

/** Four weights per phase, kept as doubles because that is what they are multiplied as. */
export const CUBIC_WEIGHTS = Float64Array.from({ length: PHASES * 4 + 4 }, (_, i) => {
  const t = Math.floor(i / 4) / PHASES;
  return Math.fround(keys(Math.abs(t - ((i % 4) - 1))));
});

function keys(x: number): number {
  if (x < 1) return ((A + 2) * x - (A + 3)) * x * x + 1;
  if (x < 2) return ((A * x - 5 * A) * x + 8 * A) * x - 4 * A;
  return 0;
}

/** Places in a plane and the values found there. They come in lots, because calls for single values would box every number. */
export interface Samples {
  count: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly value: Float64Array;
}

export function createSamples(capacity: number): Samples {
  return {
    count: 0,
    x: new Float64Array(capacity),
    y: new Float64Array(capacity),
    value: new Float64Array(capacity),
  };
}

/** The plane's values at all places, (0, 0) being the centre of its first sample; beyond its edges the outermost samples go on. */
export function sampleCubic(plane: Plane, samples: Samples): void {
  const { data, offset, stride } = plane;
  const { count, x, y, value } = samples;
  const lastX = plane.width - 1;
  const lastY = plane.height - 1;
  const w = CUBIC_WEIGHTS;
  for (let i = 0; i < count; i++) {
    const px = x[i];
    const py = y[i];
    const cx = px < 0 ? 0 : Math.min(px, lastX);
    const cy = py < 0 ? 0 : Math.min(py, lastY);
    // Rounded to phases, which may round up to the next whole pixel.
    const fineX = (cx * PHASES + 0.5) | 0;
    const fineY = (cy * PHASES + 0.5) | 0;
    const ix = fineX >> PHASE_BITS;
    const iy = fineY >> PHASE_BITS;
    const wx = (fineX & (PHASES - 1)) * 4;
    const wy = (fineY & (PHASES - 1)) * 4;
    const at = offset + iy * stride + ix;
    if (wx === 0 && wy === 0) {
      value[i] = data[at];
      continue;
    }
    if (ix < 1 || iy < 1 || ix + 2 > lastX || iy + 2 > lastY) {
      value[i] = sampleAtEdge(plane, ix, iy, wx, wy);
      continue;
    }
    const a = w[wx];
    const b = w[wx + 1];
    const c = w[wx + 2];
    const d = w[wx + 3];
    const r0 = at - stride;
    const r2 = at + stride;
    const r3 = r2 + stride;
    value[i] =
      w[wy] * (data[r0 - 1] * a + data[r0] * b + data[r0 + 1] * c + data[r0 + 2] * d) +
      w[wy + 1] * (data[at - 1] * a + data[at] * b + data[at + 1] * c + data[at + 2] * d) +
      w[wy + 2] * (data[r2 - 1] * a + data[r2] * b + data[r2 + 1] * c + data[r2 + 2] * d) +
      w[wy + 3] * (data[r3 - 1] * a + data[r3] * b + data[r3 + 1] * c + data[r3 + 2] * d);
  }
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
