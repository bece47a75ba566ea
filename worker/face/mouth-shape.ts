import { headAxes } from './head-axes.ts';
import {
  CHIN,
  FOREHEAD_TOP,
  INNER_LIP_PAIRS,
  LEFT_MOUTH_CORNER,
  NOSE_BASE,
  RIGHT_MOUTH_CORNER,
} from './landmark-indices.ts';
import type { Landmarks } from './landmarks.ts';
import { distance, dot, landmark, subtract } from './vector.ts';

/** Lengths in units of the face's scale, so that they compare across faces, distances and poses. */
export interface MouthShape {
  /** Mean gap between the inner lips; slightly below zero where the lips press. */
  readonly opening: number;
  /** Between the corners. */
  readonly width: number;
  /** From the nose's base down to the chin. */
  readonly jaw: number;
}

/** Pixels between the top of the forehead and the nose's base, in space: bone, so the mouth doesn't change it. */
export function faceScale(points: Landmarks): number {
  return distance(points, FOREHEAD_TOP, NOSE_BASE);
}

/** The mouth's shape as seen from straight ahead: lengths are taken along the head's own axes, so turning keeps them. */
export function mouthShape(points: Landmarks): MouthShape {
  const { across, down } = headAxes(points);
  const scale = faceScale(points);
  const between = (from: number, to: number) => subtract(landmark(points, to), landmark(points, from));
  const gaps = INNER_LIP_PAIRS.map(([upper, lower]) => dot(between(upper, lower), down));
  return {
    opening: gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length / scale,
    width: dot(between(RIGHT_MOUTH_CORNER, LEFT_MOUTH_CORNER), across) / scale,
    jaw: dot(between(NOSE_BASE, CHIN), down) / scale,
  };
}
