/**
 * Which of MediaPipe's 468 landmarks the engine keeps for every frame, and what each group is for. Everything in this
 * folder addresses points by their place in `KEPT_LANDMARKS`, never by MediaPipe's number.
 */

/** Skin that speech doesn't move: forehead, nose, eye corners, temples. The head's pose is read from these. */
const STABLE = [10, 151, 9, 168, 6, 197, 195, 5, 4, 1, 45, 275, 2, 98, 327, 33, 133, 362, 263, 127, 356, 234, 454];

/** The inner edge of the upper lip from the person's right corner to the left one; corners included. */
const UPPER_INNER = [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308];
const LOWER_INNER = [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308];
const UPPER_OUTER = [61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291];
const LOWER_OUTER = [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291];

/** Skin between upper lip, nose and cheeks. */
const ABOVE_LIPS = [164, 167, 393, 165, 391, 92, 322, 186, 410, 206, 426, 216, 436];
/** Skin beside the mouth and on the cheeks. */
const CHEEKS = [57, 287, 212, 432, 214, 434, 205, 425, 207, 427, 192, 416, 187, 411, 50, 280];
/** Skin between lower lip and jaw. */
const CHIN = [
  18, 200, 199, 175, 83, 313, 182, 406, 106, 335, 43, 273, 201, 421, 208, 428, 32, 262, 204, 424, 211, 431, 210, 430,
];
/** The jaw's outline from the person's right ear to the left one, 152 being the tip of the chin. */
const JAW = [93, 132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288, 361, 323];

const GROUPS = [STABLE, UPPER_INNER, LOWER_INNER, UPPER_OUTER, LOWER_OUTER, ABOVE_LIPS, CHEEKS, CHIN, JAW];

/** MediaPipe's numbers of the kept points, in the order in which a kept shape stores them. */
export const KEPT_LANDMARKS: readonly number[] = [...new Set(GROUPS.flat())];
export const POINT_COUNT = KEPT_LANDMARKS.length;
/** Numbers in a kept shape: x, y, z of every point. */
export const SHAPE_LENGTH = POINT_COUNT * 3;

const place = new Map(KEPT_LANDMARKS.map((landmark, index) => [landmark, index]));

/** The place of a MediaPipe landmark among the kept ones. Throws `RangeError` when it isn't kept. */
export function pointOf(landmark: number): number {
  const index = place.get(landmark);
  if (index === undefined) throw new RangeError(`landmark ${landmark} is not kept`);
  return index;
}

const points = (landmarks: readonly number[]): readonly number[] => landmarks.map(pointOf);

export const STABLE_POINTS = points(STABLE);
export const UPPER_INNER_POINTS = points(UPPER_INNER);
export const LOWER_INNER_POINTS = points(LOWER_INNER);
export const UPPER_OUTER_POINTS = points(UPPER_OUTER);
export const LOWER_OUTER_POINTS = points(LOWER_OUTER);
export const ABOVE_LIPS_POINTS = points(ABOVE_LIPS);
export const CHEEK_POINTS = points(CHEEKS);
export const CHIN_POINTS = points(CHIN);
export const JAW_POINTS = points(JAW);

export const NOSE_BASE = pointOf(2);
export const NOSTRILS = points([98, 327]);
export const FOREHEAD = pointOf(10);
export const CHIN_TIP = pointOf(152);
export const OUTER_CORNERS = points([61, 291]);
export const INNER_CORNERS = points([78, 308]);
/** Upper and lower inner lip facing each other; the mouth's opening is their mean distance. */
export const FACING_LIPS: readonly (readonly [number, number])[] = [
  [pointOf(13), pointOf(14)],
  [pointOf(82), pointOf(87)],
  [pointOf(312), pointOf(317)],
];
/** Pairs that face each other across the face, right then left: they give its horizontal axis. */
export const SYMMETRIC_PAIRS: readonly (readonly [number, number])[] = [
  [pointOf(33), pointOf(263)],
  [pointOf(127), pointOf(356)],
  [pointOf(234), pointOf(454)],
  [pointOf(98), pointOf(327)],
];

/** Copies the kept points (x, y, z each) out of all 468 landmarks into `shape`. */
export function keepPoints(landmarks: Float32Array, shape: Float32Array): void {
  for (let i = 0; i < POINT_COUNT; i++) {
    const from = KEPT_LANDMARKS[i] * 3;
    shape[i * 3] = landmarks[from];
    shape[i * 3 + 1] = landmarks[from + 1];
    shape[i * 3 + 2] = landmarks[from + 2];
  }
}
