import type { Area } from './area.ts';
import type { Luma } from './luma.ts';

/** Calls `visit` with the place in `luma.data` of every pixel of the area that has `margin` neighbours on all sides. */
function eachInnerPixel(luma: Luma, area: Area, margin: number, visit: (at: number) => void): void {
  const bottom = Math.min(area.height, luma.height - margin - area.top);
  const right = Math.min(area.width, luma.width - margin - area.left);
  for (let y = Math.max(0, margin - area.top); y < bottom; y++) {
    for (let x = Math.max(0, margin - area.left); x < right; x++) {
      if (area.inside[y * area.width + x]) visit((y + area.top) * luma.width + x + area.left);
    }
  }
}

/** The four-neighbour Laplacian after a 3 × 3 binomial smoothing, times 16. Rows and columns −2…2. */
const SMOOTHED_LAPLACIAN = [
  [0, 1, 2, 1, 0],
  [1, 0, -2, 0, 1],
  [2, -2, -8, -2, 2],
  [1, 0, -2, 0, 1],
  [0, 1, 2, 1, 0],
];

/**
 * How much fine detail an area holds: mean square of the Laplacian of the slightly smoothed picture. The smoothing matters: at the scale
 * of single pixels an encoder adds as much as blur takes, and unchanged, enlarged clips came out of it with 1.25 of their energy. With it,
 * unchanged clips keep 0.91–0.96 and a blur of σ = 0.7 pixels leaves 0.6–0.7. `undefined` when the area lies outside of the picture.
 */
export function detailEnergy(luma: Luma, area: Area): number | undefined {
  const { data, width } = luma;
  let sum = 0;
  let count = 0;
  eachInnerPixel(luma, area, 2, (at) => {
    let laplacian = 0;
    for (let dy = -2; dy <= 2; dy++) {
      const row = SMOOTHED_LAPLACIAN[dy + 2];
      for (let dx = -2; dx <= 2; dx++) laplacian += row[dx + 2] * data[at + dy * width + dx];
    }
    sum += laplacian * laplacian;
    count++;
  });
  return count === 0 ? undefined : sum / count / 256;
}

/**
 * How much an area flickers between three successive pictures of one size: mean square of the second difference in time, which steady motion
 * hardly touches and jitter doubles. `undefined` when the area lies outside of the picture.
 */
export function flickerEnergy(before: Luma, now: Luma, after: Luma, area: Area): number | undefined {
  let sum = 0;
  let count = 0;
  eachInnerPixel(now, area, 1, (at) => {
    const change = before.data[at] - 2 * now.data[at] + after.data[at];
    sum += change * change;
    count++;
  });
  return count === 0 ? undefined : sum / count;
}

/**
 * How strong the edges in an area are: mean square of the gradient's length by central differences. Squared, because a step and a slope that
 * climb as high have the same mean gradient, and only the step is seen.
 */
export function gradientEnergy(luma: Luma, area: Area): number | undefined {
  const { data, width } = luma;
  let sum = 0;
  let count = 0;
  eachInnerPixel(luma, area, 1, (at) => {
    const across = (data[at + 1] - data[at - 1]) / 2;
    const down = (data[at + width] - data[at - width]) / 2;
    sum += across * across + down * down;
    count++;
  });
  return count === 0 ? undefined : sum / count;
}
