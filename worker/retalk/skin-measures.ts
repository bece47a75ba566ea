import type { YuvFrame } from '../media/frame.ts';
import { pointOf } from './face-points.ts';
import type { SkinTone } from './inner-mouth.ts';
import { planesOf, type Region } from './patch.ts';

/** Places of plain skin: both cheeks and the chin's sides. */
const SKIN_SPOTS = [205, 425, 50, 280, 207, 427, 211, 431].map(pointOf);
/** Half the side of a spot, in heights from nose to chin. */
const SPOT_RADIUS = 0.09;

export interface SkinMeasures {
  readonly skin: SkinTone;
  /** Standard deviation of the noise in luma steps, from the calmest spots. */
  readonly noise: number;
}

/** Measures the skin around the mouth. `shape` are kept points in pixels, `height` its distance from nose to chin. */
export function measureSkin(frame: YuvFrame, shape: Float32Array, height: number): SkinMeasures {
  const radius = Math.max(2, Math.round(SPOT_RADIUS * height));
  const sums = [0, 0, 0];
  const noises: number[] = [];
  let spots = 0;
  for (const point of SKIN_SPOTS) {
    const x = Math.round(shape[point * 3]);
    const y = Math.round(shape[point * 3 + 1]);
    if (x - radius < 1 || y - radius < 1 || x + radius + 2 > frame.width || y + radius + 2 > frame.height) continue;
    for (const [channel, plane] of planesOf(frame.width, frame.height).entries()) {
      sums[channel] += spotMean(frame.data, plane, x, y, radius);
    }
    noises.push(immerkaerNoise(frame, x, y, radius));
    spots++;
  }
  if (spots === 0) return { skin: { y: 128, u: 128, v: 128 }, noise: 0 };
  noises.sort((a, b) => a - b);
  return {
    skin: { y: sums[0] / spots, u: sums[1] / spots, v: sums[2] / spots },
    // Beard and wrinkles look like noise; the second calmest spot has the least of them.
    noise: noises[Math.min(1, noises.length - 1)],
  };
}

function spotMean(
  data: Uint8Array,
  plane: { offset: number; stride: number; step: number },
  x: number,
  y: number,
  radius: number,
): number {
  const r = Math.max(1, Math.floor(radius / plane.step));
  const cx = Math.floor(x / plane.step);
  const cy = Math.floor(y / plane.step);
  let sum = 0;
  for (let dy = -r + 1; dy < r; dy++) {
    const row = plane.offset + (cy + dy) * plane.stride + cx;
    for (let dx = -r + 1; dx < r; dx++) sum += data[row + dx];
  }
  return sum / (2 * r - 1) ** 2;
}

/** Immerkær 1996, "Fast noise variance estimation": a Laplacian of Laplacians that sees noise and no shading. */
function immerkaerNoise(frame: YuvFrame, x: number, y: number, radius: number): number {
  const { data, width } = frame;
  let sum = 0;
  for (let row = y - radius; row <= y + radius; row++) {
    for (let column = x - radius; column <= x + radius; column++) {
      const i = row * width + column;
      const value =
        data[i - width - 1] +
        data[i - width + 1] +
        data[i + width - 1] +
        data[i + width + 1] +
        4 * data[i] -
        2 * (data[i - width] + data[i - 1] + data[i + 1] + data[i + width]);
      sum += Math.abs(value);
    }
  }
  return (Math.sqrt(Math.PI / 2) / 6) * (sum / (2 * radius + 1) ** 2);
}

/** Mean squared Laplacian of the luma over a region, every second row: falls when the picture is blurred. */
export function sharpnessOf(frame: YuvFrame, region: Region): number {
  const { data, width } = frame;
  const bottom = Math.min(frame.height - 1, region.y + region.height);
  const right = Math.min(width - 1, region.x + region.width);
  let sum = 0;
  let count = 0;
  for (let y = Math.max(1, region.y); y < bottom; y += 2) {
    for (let x = Math.max(1, region.x); x < right; x++) {
      const i = y * width + x;
      const laplacian = 4 * data[i] - data[i - 1] - data[i + 1] - data[i - width] - data[i + width];
      sum += laplacian * laplacian;
      count++;
    }
  }
  return count > 0 ? sum / count : 0;
}
