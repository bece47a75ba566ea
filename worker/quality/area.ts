import { convexHull, type Point } from '../face/convex-hull.ts';
import { LIPS_OUTER } from '../face/landmark-indices.ts';
import type { Landmarks } from '../face/landmarks.ts';
import { lowerFaceOutline, stretch } from '../face/lower-face.ts';

/** A part of a picture: a box, and which of the box's pixels belong to it (1) or don't (0), row by row. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly inside: Uint8Array;
}

/** The lips and a rim of skin around them, a tenth of their extent wide. */
export function mouthArea(points: Landmarks, width: number, height: number): Area {
  const lips = LIPS_OUTER.map((index) => pointAt(points, index));
  return fillHull(convexHull(stretch(lips, 1.1)), width, height);
}

/** Everything that talking moves: see `lowerFaceOutline`. Whatever an engine changes outside of it is a fault. */
export function lowerFaceArea(points: Landmarks, width: number, height: number): Area {
  return fillHull(
    lowerFaceOutline((index) => pointAt(points, index)),
    width,
    height,
  );
}

function pointAt(points: Landmarks, index: number): Point {
  return { x: points[index * 3], y: points[index * 3 + 1] };
}

/** The pixels whose centres lie in a convex polygon, as far as the picture goes. */
export function fillHull(hull: readonly Point[], width: number, height: number): Area {
  const within = (value: number, limit: number) => Math.max(0, Math.min(limit, value));
  const left = within(Math.ceil(Math.min(...hull.map(({ x }) => x))), width);
  const right = within(Math.floor(Math.max(...hull.map(({ x }) => x))) + 1, width);
  const top = within(Math.ceil(Math.min(...hull.map(({ y }) => y))), height);
  const bottom = within(Math.floor(Math.max(...hull.map(({ y }) => y))) + 1, height);
  const area: Area = {
    left,
    top,
    width: right - left,
    height: bottom - top,
    inside: new Uint8Array((right - left) * (bottom - top)),
  };
  for (let y = 0; y < area.height; y++) {
    const crossings = hull.flatMap((from, i) => crossing(from, hull[(i + 1) % hull.length], y + top));
    if (crossings.length === 0) continue;
    const first = within(Math.ceil(Math.min(...crossings)) - left, area.width);
    const end = within(Math.floor(Math.max(...crossings)) + 1 - left, area.width);
    if (end > first) area.inside.fill(1, y * area.width + first, y * area.width + end);
  }
  return area;
}

/** Where an edge meets a row. */
function crossing(from: Point, to: Point, y: number): number[] {
  if (from.y > y === to.y > y) return [];
  return [from.x + ((y - from.y) / (to.y - from.y)) * (to.x - from.x)];
}
