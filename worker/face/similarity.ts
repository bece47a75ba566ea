import type { Landmarks } from './landmarks.ts';

/**
 * A turn, a scale and a shift of the picture plane: x' = cos·x − sin·y + x0, y' = sin·x + cos·y + y0. `cos` and `sin`
 * hold the scale.
 */
export interface Similarity {
  readonly cos: number;
  readonly sin: number;
  readonly x: number;
  readonly y: number;
}

/** The similarity that brings `from` to `to` with the least squared distance over the points `indices` (Umeyama 1991, in the plane). */
export function fitSimilarity(from: Landmarks, to: Landmarks, indices: readonly number[]): Similarity {
  const a = centroid(from, indices);
  const b = centroid(to, indices);
  let along = 0;
  let around = 0;
  let spread = 0;
  for (const index of indices) {
    const fromX = from[3 * index] - a.x;
    const fromY = from[3 * index + 1] - a.y;
    const toX = to[3 * index] - b.x;
    const toY = to[3 * index + 1] - b.y;
    along += fromX * toX + fromY * toY;
    around += fromX * toY - fromY * toX;
    spread += fromX * fromX + fromY * fromY;
  }
  const cos = along / spread;
  const sin = around / spread;
  return { cos, sin, x: b.x - cos * a.x + sin * a.y, y: b.y - sin * a.x - cos * a.y };
}

export function invertSimilarity({ cos, sin, x, y }: Similarity): Similarity {
  const square = cos * cos + sin * sin;
  const inverse = { cos: cos / square, sin: -sin / square };
  return { ...inverse, x: -inverse.cos * x + inverse.sin * y, y: -inverse.sin * x - inverse.cos * y };
}

/** Moves points; z grows and shrinks with the scale. */
export function applySimilarity({ cos, sin, x, y }: Similarity, points: Landmarks): Landmarks {
  const scale = Math.hypot(cos, sin);
  const moved = new Float32Array(points.length);
  for (let i = 0; i < points.length; i += 3) {
    moved[i] = cos * points[i] - sin * points[i + 1] + x;
    moved[i + 1] = sin * points[i] + cos * points[i + 1] + y;
    moved[i + 2] = points[i + 2] * scale;
  }
  return moved;
}

function centroid(points: Landmarks, indices: readonly number[]): { x: number; y: number } {
  let x = 0;
  let y = 0;
  for (const index of indices) {
    x += points[3 * index] / indices.length;
    y += points[3 * index + 1] / indices.length;
  }
  return { x, y };
}
