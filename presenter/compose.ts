import type { Layer } from './layer.ts';
import { type Stage, toFace, toPicture } from './stage.ts';

/** Every so many pixels of a row the place on the face is worked out; between them it is straight. */
const PLACE_STEP = 8;

/** Paints what `colourAt` says about each point of the face (display values and opacity) over a box of pixels. */
export function paintBox(
  canvas: Float32Array,
  width: number,
  [fromX, fromY, toX, toY]: readonly [number, number, number, number],
  stage: Stage,
  colourAt: (x: number, y: number, out: Float32Array) => void,
): void {
  const from = new Float32Array(2);
  const to = new Float32Array(2);
  const colour = new Float32Array(4);
  for (let y = fromY; y < toY; y++) {
    toFace(stage, fromX, y, to);
    for (let x = fromX; x < toX; x++) {
      const along = (x - fromX) % PLACE_STEP;
      if (along === 0) {
        from.set(to);
        toFace(stage, x + PLACE_STEP, y, to);
      }
      const share = along / PLACE_STEP;
      colourAt(from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share, colour);
      const alpha = colour[3];
      if (alpha <= 0) continue;
      const at = (y * width + x) * 4;
      for (let c = 0; c < 3; c++) canvas[at + c] += (colour[c] - canvas[at + c]) * alpha;
    }
  }
}

/** The whole pixels that a part of the face (cm) may cover. */
export function bounds(
  stage: Stage,
  width: number,
  height: number,
  left: number,
  top: number,
  right: number,
  bottom: number,
): [number, number, number, number] {
  const corners = [
    toPicture(stage, left, top),
    toPicture(stage, right, top),
    toPicture(stage, left, bottom),
    toPicture(stage, right, bottom),
  ];
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  const clamp = (value: number, limit: number) => Math.max(0, Math.min(limit, value));
  return [
    clamp(Math.floor(Math.min(...xs)) - 2, width),
    clamp(Math.floor(Math.min(...ys)) - 2, height),
    clamp(Math.ceil(Math.max(...xs)) + 3, width),
    clamp(Math.ceil(Math.max(...ys)) + 3, height),
  ];
}

/** Lays one point of a layer, interpolated, over one pixel of the canvas. */
export function blend(canvas: Float32Array, at: number, layer: Layer, x: number, y: number): void {
  const x0 = x | 0;
  const y0 = y | 0;
  const fx = x - x0;
  const fy = y - y0;
  const p = layer.pixels;
  const a = (y0 * layer.width + x0) * 4;
  const b = a + layer.width * 4;
  const w00 = (1 - fx) * (1 - fy);
  const w10 = fx * (1 - fy);
  const w01 = (1 - fx) * fy;
  const w11 = fx * fy;
  const alpha = p[a + 3] * w00 + p[a + 7] * w10 + p[b + 3] * w01 + p[b + 7] * w11;
  if (alpha <= 0) return;
  const keep = 1 - alpha;
  canvas[at] = canvas[at] * keep + p[a] * w00 + p[a + 4] * w10 + p[b] * w01 + p[b + 4] * w11;
  canvas[at + 1] = canvas[at + 1] * keep + p[a + 1] * w00 + p[a + 5] * w10 + p[b + 1] * w01 + p[b + 5] * w11;
  canvas[at + 2] = canvas[at + 2] * keep + p[a + 2] * w00 + p[a + 6] * w10 + p[b + 2] * w01 + p[b + 6] * w11;
}
