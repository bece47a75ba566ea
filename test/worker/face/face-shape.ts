import { LIPS_INNER, LIPS_OUTER } from '../../../worker/face/landmark-indices.ts';
import { LANDMARK_COUNT, type Landmarks } from '../../../worker/face/landmarks.ts';

export interface FaceShapeOptions {
  /** Of the nose's base, pixels. */
  readonly x?: number;
  readonly y?: number;
  /** From the top of the forehead to the nose's base, pixels. */
  readonly scale?: number;
  /** Gap between the inner lips and distance of the corners, in units of the scale. */
  readonly opening?: number;
  readonly width?: number;
  readonly yaw?: number;
  readonly pitch?: number;
  readonly roll?: number;
}

type Place = readonly [x: number, y: number, z: number];

/** The forehead leans back from the nose's base by this angle when a face looks straight ahead. */
const LEAN = 0.17;
const MIDDLE: readonly (readonly [index: number, place: Place])[] = [
  [2, [0, 0, 0]],
  [10, [0, -Math.cos(LEAN), Math.sin(LEAN)]],
  [152, [0, 0.72, 0.1]],
];
/** On the person's right; the left is its mirror image. */
const SIDES: readonly (readonly [right: number, left: number, place: Place])[] = [
  [33, 263, [-0.42, -0.45, 0.15]],
  [133, 362, [-0.15, -0.44, 0.1]],
  [127, 356, [-0.6, -0.4, 0.5]],
  [234, 454, [-0.65, -0.1, 0.6]],
];
const MOUTH_DEPTH = 0.32;
const LIP_THICKNESS = 0.08;

/** The 468 points of a face with a known mouth and pose: the named points in their places, the others spread over an oval. */
export function faceShape(options: FaceShapeOptions = {}): Landmarks {
  const { x = 320, y = 240, scale = 100, opening = 0.1, width = 0.5, yaw = 0, pitch = 0, roll = 0 } = options;
  const places: Place[] = Array.from({ length: LANDMARK_COUNT }, (_, i) => {
    const down = -0.95 + (1.6 * i) / LANDMARK_COUNT;
    const across = Math.sin(i * 2.4);
    return [0.6 * across * Math.sqrt(1 - (down / 1.2) ** 2), down, 0.1 + 0.5 * across ** 2];
  });
  for (const [index, place] of MIDDLE) places[index] = place;
  for (const [right, left, [across, down, inward]] of SIDES) {
    places[right] = [across, down, inward];
    places[left] = [-across, down, inward];
  }
  LIPS_INNER.forEach((index, i) => {
    places[index] = lip(i, width * 0.9, opening / 2);
  });
  LIPS_OUTER.forEach((index, i) => {
    places[index] = lip(i, width, opening / 2 + LIP_THICKNESS);
  });

  const points = new Float32Array(LANDMARK_COUNT * 3);
  places.forEach((place, i) => {
    const [across, down, inward] = turn(turn(turn(place, 1, 2, pitch), 0, 2, yaw), 0, 1, roll);
    points.set([x + across * scale, y + down * scale, inward * scale], 3 * i);
  });
  return points;
}

/** A flat-sided outline of 20 points: the corners, and everything between them at the lip's height. */
function lip(i: number, width: number, halfGap: number): Place {
  const height = i % 10 === 0 ? 0 : i < 10 ? halfGap : -halfGap;
  return [(-width / 2) * Math.cos((i * Math.PI) / 10), MOUTH_DEPTH + height, 0.05];
}

function turn(place: Place, first: 0 | 1, second: 1 | 2, angle: number): Place {
  const turned: [number, number, number] = [...place];
  turned[first] = place[first] * Math.cos(angle) - place[second] * Math.sin(angle);
  turned[second] = place[first] * Math.sin(angle) + place[second] * Math.cos(angle);
  return turned;
}
