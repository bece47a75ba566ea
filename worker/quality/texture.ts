import type { Area } from './area.ts';
import type { Luma } from './luma.ts';

/** Calls `visit` with the place in `luma.data` of every pixel of the area that has neighbours on all sides. */
function eachInnerPixel(luma: Luma, area: Area, visit: (at: number) => void): void {
  const bottom = Math.min(area.height, luma.height - 1 - area.top);
  const right = Math.min(area.width, luma.width - 1 - area.left);
  for (let y = Math.max(0, 1 - area.top); y < bottom; y++) {
    for (let x = Math.max(0, 1 - area.left); x < right; x++) {
      if (area.inside[y * area.width + x]) visit((y + area.top) * luma.width + x + area.left);
    }
  }
}

/**
 * How much fine detail an area holds: mean square of the four-neighbour Laplacian. Blur lowers it at once (Pertuz, Puig and Garcia 2013,
 * LAP1's family). `undefined` when the area lies outside of the picture.
 */
export function laplacianEnergy(luma: Luma, area: Area): number | undefined {
  const { data, width } = luma;
  let sum = 0;
  let count = 0;
  eachInnerPixel(luma, area, (at) => {
    const laplacian = data[at - 1] + data[at + 1] + data[at - width] + data[at + width] - 4 * data[at];
    sum += laplacian * laplacian;
    count++;
  });
  return count === 0 ? undefined : sum / count;
}

/**
 * How much an area flickers between three successive pictures of one size: mean square of the second difference in time, which steady motion
 * hardly touches and jitter doubles. `undefined` when the area lies outside of the picture.
 */
export function flickerEnergy(before: Luma, now: Luma, after: Luma, area: Area): number | undefined {
  let sum = 0;
  let count = 0;
  eachInnerPixel(now, area, (at) => {
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
  eachInnerPixel(luma, area, (at) => {
    const across = (data[at + 1] - data[at - 1]) / 2;
    const down = (data[at + width] - data[at - width]) / 2;
    sum += across * across + down * down;
    count++;
  });
  return count === 0 ? undefined : sum / count;
}
