import { CHIN, FOREHEAD_TOP, JAW, LIPS_OUTER } from '../face/landmark-indices.ts';
import type { Landmarks } from '../face/landmarks.ts';
import { convexHull, type Point } from './convex-hull.ts';

/** A part of a picture: a box, and which of the box's pixels belong to it (1) or don't (0), row by row. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly inside: Uint8Array;
}

/** With the jaw's ends, these bound the lower face from above: the temples, and the bridge of the nose between the eyes. */
const LOWER_FACE = [...JAW, 127, 356, 168];

/** The lips and a rim of skin around them, a tenth of their extent wide. */
export function mouthArea(points: Landmarks, width: number, height: number): Area {
  const lips = LIPS_OUTER.map((index) => pointAt(points, index));
  return fillHull(convexHull(stretch(lips, 1.1)), width, height);
}

/**
 * Everything that talking moves: the face below the eyes, and the skin beyond the jaw that follows it (a tenth of the face to all
 * sides, a quarter of it downwards for the neck). Whatever an engine changes outside of it is a fault.
 */
export function lowerFaceArea(points: Landmarks, width: number, height: number): Area {
  const chin = pointAt(points, CHIN);
  const forehead = pointAt(points, FOREHEAD_TOP);
  const face = stretch(
    LOWER_FACE.map((index) => pointAt(points, index)),
    1.2,
  );
  const neck = face.map(({ x, y }) => ({ x: x + (chin.x - forehead.x) / 4, y: y + (chin.y - forehead.y) / 4 }));
  return fillHull(convexHull([...face, ...neck]), width, height);
}

function pointAt(points: Landmarks, index: number): Point {
  return { x: points[index * 3], y: points[index * 3 + 1] };
}

/** Moves points away from their middle. */
function stretch(points: readonly Point[], factor: number): Point[] {
  const x = points.reduce((sum, point) => sum + point.x, 0) / points.length;
  const y = points.reduce((sum, point) => sum + point.y, 0) / points.length;
  return points.map((point) => ({ x: x + (point.x - x) * factor, y: y + (point.y - y) * factor }));
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
