import { setImmediate } from 'node:timers/promises';
import type { ClipTrack } from './clip-track.ts';
import {
  LOWER_INNER_POINTS,
  LOWER_OUTER_POINTS,
  SHAPE_LENGTH,
  UPPER_INNER_POINTS,
  UPPER_OUTER_POINTS,
} from './face-points.ts';

/**
 * Widths (standard deviations) of the smoothing in time. Lips close and open within 60 ms and must keep that; bone is slower,
 * and its jitter would make everything swim that is placed by it.
 */
const LIPS_SECONDS = 0.02;
const BONE_SECONDS = 0.04;
const COORDINATES_PER_TURN = 16;
/** Reach of the kernel in standard deviations. */
const REACH = 2.5;

/**
 * Takes the landmarks' jitter out of every unbroken stretch, in place, without lag: a symmetric Gaussian, mirrored in value at the
 * stretch's ends so that a steady movement stays what it is.
 */
export async function smoothTrack(track: ClipTrack, frameRate: number): Promise<void> {
  const lips = new Set([...UPPER_INNER_POINTS, ...UPPER_OUTER_POINTS, ...LOWER_INNER_POINTS, ...LOWER_OUTER_POINTS]);
  const lipKernel = gaussian(LIPS_SECONDS * frameRate);
  const boneKernel = gaussian(BONE_SECONDS * frameRate);
  for (const [first, end] of track.stretches()) {
    const length = end - first;
    const values = new Float32Array(length);
    for (let i = 0; i < SHAPE_LENGTH; i++) {
      // A long clip takes a second or two in all; timers of the process must run in between.
      if (i % COORDINATES_PER_TURN === 0) await setImmediate();
      const kernel = lips.has(Math.floor(i / 3)) ? lipKernel : boneKernel;
      const shapes = track.shapes;
      const at = first * SHAPE_LENGTH + i;
      for (let k = 0; k < length; k++) values[k] = shapes[at + k * SHAPE_LENGTH];
      for (let k = 0; k < length; k++) shapes[at + k * SHAPE_LENGTH] = smoothedAt(values, k, kernel);
    }
  }
}

function smoothedAt(values: Float32Array, k: number, kernel: Float32Array): number {
  // Near an end the kernel shortens on both sides alike, which keeps straight movements straight.
  const reach = Math.min(kernel.length - 1, k, values.length - 1 - k);
  let sum = values[k] * kernel[0];
  let weight = kernel[0];
  for (let d = 1; d <= reach; d++) {
    sum += kernel[d] * (values[k - d] + values[k + d]);
    weight += 2 * kernel[d];
  }
  return sum / weight;
}

/** Weights of a Gaussian's middle and right side. */
function gaussian(deviation: number): Float32Array {
  const reach = Math.max(1, Math.ceil(deviation * REACH));
  const width = Math.max(deviation, 0.05);
  return Float32Array.from({ length: reach + 1 }, (_, d) => Math.exp(-(d * d) / (2 * width * width)));
}
