import { convexHull, type Point } from './convex-hull.ts';
import { CHIN, FOREHEAD_TOP, JAW } from './landmark-indices.ts';

/** With the jaw's ends, these bound the lower face from above: the temples, and the bridge of the nose between the eyes. */
const LOWER_FACE = [...JAW, 127, 356, 168];
/** Skin beyond the jaw that follows it: a tenth of the face to all sides. */
const AROUND = 1.2;
/** How far down the neck follows, in heights of the face. */
const NECK = 1 / 4;

/**
 * The outline of everything that talking moves: the face below the eyes and the skin beyond the jaw, down into the neck. What lies
 * outside of it isn't an engine's to change. `pointAt` gives the place of a MediaPipe landmark. Runs clockwise on the screen.
 */
export function lowerFaceOutline(pointAt: (landmark: number) => Point): Point[] {
  const chin = pointAt(CHIN);
  const forehead = pointAt(FOREHEAD_TOP);
  const face = stretch(LOWER_FACE.map(pointAt), AROUND);
  const neck = face.map(({ x, y }) => ({ x: x + (chin.x - forehead.x) * NECK, y: y + (chin.y - forehead.y) * NECK }));
  return convexHull([...face, ...neck]);
}

/** Moves points away from their middle. */
export function stretch(points: readonly Point[], factor: number): Point[] {
  const x = points.reduce((sum, point) => sum + point.x, 0) / points.length;
  const y = points.reduce((sum, point) => sum + point.y, 0) / points.length;
  return points.map((point) => ({ x: x + (point.x - x) * factor, y: y + (point.y - y) * factor }));
}
