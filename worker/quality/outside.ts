import type { Area } from './area.ts';
import type { Luma } from './luma.ts';

/** How two pictures of one size differ outside of an area. Add up several with `addDifference`. */
export interface Difference {
  /** Largest difference of a pixel, in luma steps. */
  readonly largest: number;
  readonly squaredSum: number;
  readonly pixels: number;
}

export const NO_DIFFERENCE: Difference = { largest: 0, squaredSum: 0, pixels: 0 };

/** Without an area (no face in the frame) all of the picture is outside. */
export function differenceOutside(a: Luma, b: Luma, area: Area | undefined): Difference {
  let largest = 0;
  let squaredSum = 0;
  let pixels = 0;
  const span = (from: number, to: number) => {
    for (let i = from; i < to; i++) {
      const difference = Math.abs(a.data[i] - b.data[i]);
      if (difference > largest) largest = difference;
      squaredSum += difference * difference;
    }
    pixels += to - from;
  };
  for (let y = 0; y < a.height; y++) {
    const row = y * a.width;
    if (!area || y < area.top || y >= area.top + area.height) {
      span(row, row + a.width);
      continue;
    }
    span(row, row + area.left);
    for (let x = 0; x < area.width; x++) {
      const at = row + area.left + x;
      if (area.inside[(y - area.top) * area.width + x] === 0) span(at, at + 1);
    }
    span(row + area.left + area.width, row + a.width);
  }
  return { largest, squaredSum, pixels };
}

export function addDifference(a: Difference, b: Difference): Difference {
  return {
    largest: Math.max(a.largest, b.largest),
    squaredSum: a.squaredSum + b.squaredSum,
    pixels: a.pixels + b.pixels,
  };
}

/** Peak signal-to-noise ratio in dB; `Infinity` for equal pictures, `undefined` when nothing was compared. */
export function psnrDb({ squaredSum, pixels }: Difference): number | undefined {
  if (pixels === 0) return undefined;
  return 10 * Math.log10((255 * 255 * pixels) / squaredSum);
}
