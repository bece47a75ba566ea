import { headAxes } from './head-axes.ts';
import {
  CHIN,
  FOREHEAD_TOP,
  LEFT_EYE_OUTER,
  LEFT_MOUTH_CORNER,
  NOSE_BASE,
  RIGHT_EYE_OUTER,
  RIGHT_MOUTH_CORNER,
} from './landmark-indices.ts';
import type { Landmarks } from './landmarks.ts';
import { add, distance, dot, landmark, scaled } from './vector.ts';

/** Below this distance between the outer corners of the eyes a mouth is a handful of pixels: nothing to work with. */
const SMALLEST_EYE_DISTANCE_PIXELS = 12;
/** Distance of the outer corners of the eyes over the face's height; 0.5 on average, wide limits for drawn faces. */
const EYE_DISTANCE_OF_HEIGHT = { least: 0.3, most: 0.9 } as const;

/** Whether points lie as in a face: eyes over nose over mouth over chin, in human proportions, not tiny. */
export function isPlausibleFace(points: Landmarks): boolean {
  const { down } = headAxes(points);
  const middle = (a: number, b: number) => scaled(add(landmark(points, a), landmark(points, b)), 0.5);
  const heights = [
    landmark(points, FOREHEAD_TOP),
    middle(RIGHT_EYE_OUTER, LEFT_EYE_OUTER),
    landmark(points, NOSE_BASE),
    middle(RIGHT_MOUTH_CORNER, LEFT_MOUTH_CORNER),
    landmark(points, CHIN),
  ].map((point) => dot(point, down));
  const inOrder = heights.every((height, i) => i === 0 || height > heights[i - 1]);
  const eyes = distance(points, RIGHT_EYE_OUTER, LEFT_EYE_OUTER);
  const proportion = eyes / distance(points, FOREHEAD_TOP, CHIN);
  return (
    inOrder &&
    eyes >= SMALLEST_EYE_DISTANCE_PIXELS &&
    proportion >= EYE_DISTANCE_OF_HEIGHT.least &&
    proportion <= EYE_DISTANCE_OF_HEIGHT.most
  );
}
