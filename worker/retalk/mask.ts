import { convexHull, type Point } from '../face/convex-hull.ts';
import { lowerFaceOutline } from '../face/lower-face.ts';
import {
  CHIN_TIP,
  JAW_POINTS,
  LOWER_OUTER_POINTS,
  NOSE_BASE,
  NOSTRILS,
  OUTER_CORNERS,
  pointOf,
  UPPER_OUTER_POINTS,
} from './face-points.ts';
import type { NodeGrid } from './node-grid.ts';

/** A convex area whose edges fade inwards: 0 on the edge and outside, 1 from `feather` inside it. */
export interface SoftPolygon {
  /** a·x + b·y + c per edge: 0 on the edge, 1 at the feather's inner end. */
  readonly edges: Float64Array;
}

/** The jaw's outline is pulled in by this share of its distance from the mouth: the mask stays on the face. */
const JAW_INSET = 0.8;
/** Feather of the sides and of the jaw, in heights from nose to chin. */
const FEATHER = 0.19;
/** Share of the distance to the nearest lip that a feather may take. */
const LIP_CLEARANCE = 0.9;
/** A narrower feather, in pixels, would be an edge. */
const LEAST_FEATHER = 2;
/** Where a turned face leaves no room between lips and jaw, the mask still reaches this far around the lips. */
const LIP_OUTSET = 1.15;
/** Distance that the mask keeps from the base of the nose, in heights from nose to chin. */
const NOSE_GAP = 0.03;
const CHEEK_TOPS = [pointOf(205), pointOf(425)];
const JAW_RANGE = JAW_POINTS.slice(3, -3);
const LIPS = [...UPPER_OUTER_POINTS, ...LOWER_OUTER_POINTS];

/**
 * The part of the picture that shows the exemplar: from under the nose to above the jaw's edge, cheeks' folds included.
 * `shape` are kept points in pixels.
 */
export function mouthMask(shape: ArrayLike<number>): SoftPolygon {
  const x = (point: number) => shape[point * 3];
  const y = (point: number) => shape[point * 3 + 1];
  const height = Math.max(Math.hypot(x(CHIN_TIP) - x(NOSE_BASE), y(CHIN_TIP) - y(NOSE_BASE)), Number.EPSILON);
  const downX = (x(CHIN_TIP) - x(NOSE_BASE)) / height;
  const downY = (y(CHIN_TIP) - y(NOSE_BASE)) / height;
  const mouthX = (x(OUTER_CORNERS[0]) + x(OUTER_CORNERS[1])) / 2;
  const mouthY = (y(OUTER_CORNERS[0]) + y(OUTER_CORNERS[1])) / 2;
  const corners: Point[] = [];
  const add = (point: number, share: number) => {
    const px = mouthX + (x(point) - mouthX) * share;
    const py = mouthY + (y(point) - mouthY) * share;
    // Nothing above the base of the nose: nostrils are the base's own.
    const above = Math.max(0, NOSE_GAP * height - ((px - x(NOSE_BASE)) * downX + (py - y(NOSE_BASE)) * downY));
    corners.push({ x: px + above * downX, y: py + above * downY });
  };
  for (const point of JAW_RANGE) add(point, JAW_INSET);
  for (const point of [...CHEEK_TOPS, ...NOSTRILS, NOSE_BASE]) add(point, 1);
  for (const point of LIPS) add(point, LIP_OUTSET);
  // The feather must be over before the lips begin: under the nose, and on the far side of a turned face.
  return softPolygon(convexHull(corners), (inside) => {
    const room = LIPS.map((point) => LIP_CLEARANCE * inside(x(point), y(point)));
    return Math.max(LEAST_FEATHER, Math.min(FEATHER * height, ...room));
  });
}

/**
 * A convex polygon, clockwise on the screen, with soft edges. `featherOf` gives the width in pixels of an edge's feather, and may
 * ask how far inside that edge a point lies; the feather begins `inset` pixels inside the polygon.
 */
export function softPolygon(
  hull: readonly Point[],
  featherOf: (inside: (x: number, y: number) => number) => number,
  inset = 0,
): SoftPolygon {
  const edges = new Float64Array(hull.length * 3);
  for (const [i, a] of hull.entries()) {
    const b = hull[(i + 1) % hull.length];
    const length = Math.max(Math.hypot(b.x - a.x, b.y - a.y), Number.EPSILON);
    // On a clockwise hull this normal points inwards.
    const nx = -(b.y - a.y) / length;
    const ny = (b.x - a.x) / length;
    const feather = featherOf((px, py) => (px - a.x) * nx + (py - a.y) * ny);
    edges.set([nx / feather, ny / feather, -(nx * a.x + ny * a.y + inset) / feather], i * 3);
  }
  return { edges };
}

/** The outline of what talking moves, softened inwards; `shape` are kept points in pixels. See `lowerFaceOutline`. */
export function outlineMask(shape: ArrayLike<number>, feather: number, inset: number): SoftPolygon {
  const outline = lowerFaceOutline((landmark) => {
    const at = pointOf(landmark) * 3;
    return { x: shape[at], y: shape[at + 1] };
  });
  return softPolygon(outline, () => feather, inset);
}

/** What lies in both polygons: convex areas intersect by joining their edges. */
export function intersection(a: SoftPolygon, b: SoftPolygon): SoftPolygon {
  return { edges: Float64Array.of(...a.edges, ...b.edges) };
}

/** Sharpness of the corner where two edges' feathers meet; higher follows the polygon closer. */
const CORNER_POWER = 6;

/** The mask's value at a point: 0…1, smooth. */
export function maskAt(mask: SoftPolygon, x: number, y: number): number {
  const { edges } = mask;
  let sum = 0;
  for (let i = 0; i < edges.length; i += 3) {
    const depth = edges[i] * x + edges[i + 1] * y + edges[i + 2];
    if (depth <= 0) return 0;
    const short = 1 - depth;
    if (short > 0) sum += short ** CORNER_POWER;
  }
  const t = Math.max(0, 1 - sum ** (1 / CORNER_POWER));
  return t * t * (3 - 2 * t);
}

/** Samples the mask at a grid's nodes, times `strength`. */
export function sampleMask(mask: SoftPolygon, grid: NodeGrid, strength: number, out: Float32Array): void {
  let node = 0;
  for (let row = 0; row < grid.rows; row++) {
    const y = grid.region.y + row * grid.step;
    for (let column = 0; column < grid.columns; column++) {
      out[node++] = strength * maskAt(mask, grid.region.x + column * grid.step, y);
    }
  }
}
