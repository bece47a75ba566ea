/** Names for the indices of MediaPipe's 468 face points. Left and right are the person's own. */

/** The lips' outer outline, from the person's right corner along the lower lip and back along the upper. */
export const LIPS_OUTER: readonly number[] = [
  61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185,
];

/** The lips' inner outline, from the person's right corner along the lower lip and back along the upper. */
export const LIPS_INNER: readonly number[] = [
  78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191,
];

/** The part of the face's outline that the jaw moves, from the person's left ear over the chin to the right ear. */
export const JAW: readonly number[] = [
  454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234,
];

/** Points over bone that neither the mouth, the lids nor the brows move: forehead, temples, corners of the eyes, bridge of the nose. */
export const STABLE: readonly number[] = [
  10, 338, 297, 332, 284, 251, 389, 356, 127, 162, 21, 54, 103, 67, 109, 151, 9, 8, 168, 6, 197, 195, 33, 133, 362, 263,
];

export const FOREHEAD_TOP = 10;
export const NOSE_BASE = 2;
export const NOSE_TIP = 1;
export const CHIN = 152;
export const RIGHT_EYE_OUTER = 33;
export const LEFT_EYE_OUTER = 263;
export const RIGHT_MOUTH_CORNER = 61;
export const LEFT_MOUTH_CORNER = 291;

/** Opposite points of the inner lips, upper and lower: the middle, then half-way to the person's right and left. */
export const INNER_LIP_PAIRS: readonly (readonly [number, number])[] = [
  [13, 14],
  [82, 87],
  [312, 317],
];
