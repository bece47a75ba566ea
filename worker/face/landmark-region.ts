import { LEFT_EYE_OUTER, RIGHT_EYE_OUTER } from './landmark-indices.ts';
import type { Landmarks } from './landmarks.ts';
import type { FaceRegion } from './region.ts';

/** MediaPipe shows FaceMesh the box of the points with a quarter of its size added on every side. */
const REGION_SCALE = 1.5;

/** The region in which to look for a face in the next frame, given its points in this one: level eyes, all points inside. */
export function regionOfLandmarks(points: Landmarks): FaceRegion {
  const roll = Math.atan2(
    points[3 * LEFT_EYE_OUTER + 1] - points[3 * RIGHT_EYE_OUTER + 1],
    points[3 * LEFT_EYE_OUTER] - points[3 * RIGHT_EYE_OUTER],
  );
  const cos = Math.cos(roll);
  const sin = Math.sin(roll);
  let left = Number.POSITIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  let top = Number.POSITIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < points.length; i += 3) {
    const across = points[i] * cos + points[i + 1] * sin;
    const down = points[i + 1] * cos - points[i] * sin;
    left = Math.min(left, across);
    right = Math.max(right, across);
    top = Math.min(top, down);
    bottom = Math.max(bottom, down);
  }
  const across = (left + right) / 2;
  const down = (top + bottom) / 2;
  return {
    x: across * cos - down * sin,
    y: across * sin + down * cos,
    size: Math.max(right - left, bottom - top) * REGION_SCALE,
    roll,
  };
}
