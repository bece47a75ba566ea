import { FOREHEAD_TOP, NOSE_BASE } from './landmark-indices.ts';
import type { Landmarks } from './landmarks.ts';
import { add, cross, dot, landmark, length, scaled, subtract, type Vector } from './vector.ts';

/** Unit vectors of the head in the frame's space. */
export interface HeadAxes {
  /** From the person's right to the left: to the right of the picture when the face looks into the camera. */
  readonly across: Vector;
  /** From the forehead to the chin. */
  readonly down: Vector;
  /** From the face into the head. */
  readonly inward: Vector;
}

/** Pairs over bone, person's right and left: outer and inner corners of the eyes, temples, in front of the ears. */
const SIDES = [
  [33, 263],
  [133, 362],
  [127, 356],
  [234, 454],
] as const;

/**
 * The nose's base stands nearer than the forehead when a face looks straight ahead: radians, the median of twelve people
 * who talk into a camera.
 */
const NEUTRAL_TILT = 0.17;

/** The head's axes, from points over bone only, so that a moving mouth doesn't turn the head. */
export function headAxes(points: Landmarks): HeadAxes {
  const sides = SIDES.map(([right, left]) => subtract(landmark(points, left), landmark(points, right)));
  const across = unit(sides.reduce(add));
  const profile = subtract(landmark(points, NOSE_BASE), landmark(points, FOREHEAD_TOP));
  const lean = unit(subtract(profile, scaled(across, dot(profile, across))));
  const leanInward = cross(across, lean);
  const down = add(scaled(lean, Math.cos(NEUTRAL_TILT)), scaled(leanInward, Math.sin(NEUTRAL_TILT)));
  return { across, down, inward: cross(across, down) };
}

function unit(vector: Vector): Vector {
  return scaled(vector, 1 / length(vector));
}
