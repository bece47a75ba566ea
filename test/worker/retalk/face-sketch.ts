import { KEPT_LANDMARKS, pointOf, SHAPE_LENGTH } from '../../../worker/retalk/face-points.ts';

/** Where the parts of a plain frontal face lie, in heights from hairline to nose base, origin at the nose's base. */
const PARTS: readonly (readonly [
  landmarks: readonly number[],
  curve: (t: number) => readonly [number, number, number],
])[] = [
  [[10, 151, 9, 168, 6, 197, 195, 5, 4, 1, 2], (t) => [0, t - 1, -0.2 * t]],
  [
    [127, 234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152],
    (t) => [-0.7 * Math.cos((t * Math.PI) / 2), -0.4 + 1.05 * t, 0.4 * (1 - t)],
  ],
  [
    [356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377],
    (t) => [0.7 * Math.cos((t * Math.PI) / 2), -0.4 + 0.97 * t, 0.4 * (1 - t)],
  ],
  [[33, 133, 362, 263], (t) => [-0.42 + 0.84 * t, -0.6, 0]],
  [[98, 327], (t) => [-0.12 + 0.24 * t, -0.01, 0]],
  [[205, 425], (t) => [-0.33 + 0.66 * t, 0.05, 0]],
  [[45, 275], (t) => [-0.05 + 0.1 * t, -0.1, -0.2]],
  [
    [61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291],
    (t) => [-0.26 + 0.52 * t, 0.26 - 0.06 * Math.sin(Math.PI * t), 0],
  ],
  [
    [146, 91, 181, 84, 17, 314, 405, 321, 375],
    (t) => [-0.21 + 0.42 * t, 0.27 + 0.08 * Math.sin(Math.PI * (0.1 + 0.8 * t)), 0],
  ],
  [
    [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308],
    (t) => [-0.22 + 0.44 * t, 0.26 - 0.005 * Math.sin(Math.PI * t), 0],
  ],
  [
    [95, 88, 178, 87, 14, 317, 402, 318, 324],
    (t) => [-0.176 + 0.352 * t, 0.26 + 0.005 * Math.sin(Math.PI * (0.1 + 0.8 * t)), 0],
  ],
  [[164, 18, 200, 199, 175], (t) => [0, [0.1, 0.4, 0.45, 0.52, 0.6][Math.round(t * 4)], 0]],
];

/**
 * A closed-mouthed face in pixels, its nose's base at (x, y), `scale` pixels from hairline to nose base. Points without a
 * line above stand on a loose grid around the mouth, symmetric like the real ones.
 */
export function sketchFace(x: number, y: number, scale: number): Float32Array {
  const shape = new Float32Array(SHAPE_LENGTH);
  for (const [i] of KEPT_LANDMARKS.entries()) {
    const side = i % 2 === 0 ? -1 : 1;
    const ring = 0.36 + 0.018 * (i % 11);
    const angle = -0.35 + 0.13 * (i % 12);
    place(shape, i, side * ring * Math.cos(angle), 0.28 + ring * 0.75 * Math.sin(angle), 0);
  }
  for (const [landmarks, curve] of PARTS) {
    for (const [i, landmark] of landmarks.entries()) {
      const [px, py, pz] = curve(landmarks.length > 1 ? i / (landmarks.length - 1) : 0.5);
      place(shape, pointOf(landmark), px, py, pz);
    }
  }
  for (let i = 0; i < SHAPE_LENGTH; i += 3) {
    shape[i] = x + shape[i] * scale;
    shape[i + 1] = y + shape[i + 1] * scale;
    shape[i + 2] *= scale;
  }
  return shape;
}

function place(shape: Float32Array, point: number, x: number, y: number, z: number): void {
  shape.set([x, y, z], point * 3);
}
