import type { Area } from './area.ts';
import type { Luma } from './luma.ts';

/** One luma step may be rounding or grain; two are a change that somebody made. */
const CHANGED_STEPS = 2;

/**
 * The rim of what an engine changed in a frame: where its picture gives way to the source's. A row's changed pixels reach from its
 * first to its last; the rim is the outer `thickness` pixels of that shape. `undefined` when the pictures are the same.
 */
export function changedRim(result: Luma, source: Luma, thickness: number): Area | undefined {
  const shape = changedShape(result, source);
  if (!shape) return undefined;
  const deep = erode(shape, thickness);
  return { ...shape, inside: shape.inside.map((inside, i) => (inside && !deep[i] ? 1 : 0)) };
}

function changedShape(result: Luma, source: Luma): Area | undefined {
  const { width, height } = source;
  const changed = (x: number, y: number) =>
    Math.abs(result.data[y * width + x] - source.data[y * width + x]) >= CHANGED_STEPS;
  const rows: { y: number; first: number; last: number }[] = [];
  for (let y = 0; y < height; y++) {
    let first = 0;
    while (first < width && !changed(first, y)) first++;
    if (first === width) continue;
    let last = width - 1;
    while (!changed(last, y)) last--;
    rows.push({ y, first, last });
  }
  if (rows.length === 0) return undefined;
  const top = rows[0].y;
  const left = Math.min(...rows.map(({ first }) => first));
  const boxWidth = Math.max(...rows.map(({ last }) => last)) + 1 - left;
  const boxHeight = rows[rows.length - 1].y + 1 - top;
  const inside = new Uint8Array(boxWidth * boxHeight);
  for (const { y, first, last } of rows) {
    inside.fill(1, (y - top) * boxWidth + first - left, (y - top) * boxWidth + last + 1 - left);
  }
  return { left, top, width: boxWidth, height: boxHeight, inside };
}

/** 1 where everything within `radius` pixels (city-block distance, two sweeps) belongs to the shape. */
function erode({ width, height, inside }: Area, radius: number): Uint8Array {
  const depth = new Uint16Array(inside.length);
  const at = (x: number, y: number) => (x >= 0 && x < width && y >= 0 && y < height ? depth[y * width + x] : 0);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (inside[y * width + x]) depth[y * width + x] = Math.min(radius, at(x - 1, y), at(x, y - 1)) + 1;
    }
  }
  for (let y = height - 1; y >= 0; y--) {
    for (let x = width - 1; x >= 0; x--) {
      const here = y * width + x;
      depth[here] = Math.min(depth[here], at(x + 1, y) + 1, at(x, y + 1) + 1);
    }
  }
  return Uint8Array.from(depth, (value) => (value > radius ? 1 : 0));
}
