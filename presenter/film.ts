import { planes, type YuvFrame } from '../worker/media/frame.ts';
import { hash, randomStream } from './noise.ts';

const TILE = 256;
/** Standard deviation of the grain in luma steps: seen in stills, not noticed in motion, and it hides banding. */
const GRAIN = 1.1;

/** A tile of soft noise to lay over pictures. */
export function createGrain(): Float32Array {
  const random = randomStream(99);
  const raw = Float32Array.from({ length: TILE * TILE }, () => random() + random() + random() - 1.5);
  // Film grain is larger than a pixel: a light blur, then back to strength.
  return raw.map((value, i) => {
    const neighbours = raw[(i + 1) % raw.length] + raw[(i + TILE) % raw.length];
    return GRAIN * 1.5 * (value + 0.5 * neighbours);
  });
}

/** Turns a canvas (red, green, blue, unused per pixel, 0–255) into I420 BT.709 limited range, with grain in the luma. */
export function toYuv(canvas: Float32Array, target: YuvFrame, grain: Float32Array, grainSeed: number): void {
  const { width, height } = target;
  const { y: luma, u, v } = planes(target);
  const shiftX = Math.floor(hash(grainSeed, 1, 7) * TILE);
  const shiftY = Math.floor(hash(grainSeed, 2, 7) * TILE);
  const toLuma = 219 / 255;
  const toU = 224 / 255 / 1.8556;
  const toV = 224 / 255 / 1.5748;
  for (let row = 0; row < height; row += 2) {
    for (let column = 0; column < width; column += 2) {
      let sumRed = 0;
      let sumBlue = 0;
      let sumLuma = 0;
      for (let k = 0; k < 4; k++) {
        const x = column + (k & 1);
        const y = row + (k >> 1);
        const at = (y * width + x) * 4;
        const level = 0.2126 * canvas[at] + 0.7152 * canvas[at + 1] + 0.0722 * canvas[at + 2];
        sumRed += canvas[at];
        sumBlue += canvas[at + 2];
        sumLuma += level;
        const noise = grain[((y + shiftY) & (TILE - 1)) * TILE + ((x + shiftX) & (TILE - 1))];
        luma[y * width + x] = Math.max(16, Math.min(235, 16.5 + level * toLuma + noise));
      }
      const chroma = (row / 2) * (width / 2) + column / 2;
      u[chroma] = 128.5 + ((sumBlue - sumLuma) / 4) * toU;
      v[chroma] = 128.5 + ((sumRed - sumLuma) / 4) * toV;
    }
  }
}
