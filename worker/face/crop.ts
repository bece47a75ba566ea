import { planes, type YuvFrame } from '../media/frame.ts';
import { type FaceRegion, regionToFrame } from './region.ts';

/**
 * The distance in pixels between two samples above which fine texture aliases. Bilinear samples blend two pixels, so
 * that a region up to twice as large as the crop needs one sample per crop pixel.
 */
const LARGEST_STEP = 2;
/** Samples per crop pixel along each axis; sixteen even out texture well enough, and cost no more in larger pictures. */
const MOST_TAPS = 4;

/** What lies beyond the frame's edge: its outermost pixels again, or black. */
export type Border = 'replicate' | 'black';

/** Cuts square regions out of I420 frames into `[size, size, 3] float32, RGB, 0–1`. Reuses its buffers. */
export class RegionCropper {
  readonly size: number;
  readonly #luma: Float32Array;
  readonly #blue: Float32Array;
  readonly #red: Float32Array;

  constructor(size: number) {
    this.size = size;
    this.#luma = new Float32Array(size * size);
    this.#blue = new Float32Array(size * size);
    this.#red = new Float32Array(size * size);
  }

  /**
   * Fills `target` with the region. Where the region is larger than the crop, each crop pixel is the mean of several
   * bilinear samples over its area. `gain` and `bias` map 0–1 to the range that the model wants.
   */
  crop(
    frame: YuvFrame,
    region: FaceRegion,
    target: Float32Array,
    options: { border?: Border; gain?: number; bias?: number } = {},
  ): void {
    const { y, u, v } = planes(frame);
    const chromaWidth = frame.width / 2;
    const chromaHeight = frame.height / 2;
    // Chroma lies on every second luma column (as H.264 sites it) and between two luma rows.
    const chroma = { ...region, x: region.x / 2, y: (region.y - 0.5) / 2, size: region.size / 2 };
    this.#samplePlane(y, frame.width, frame.height, region, this.#luma);
    this.#samplePlane(u, chromaWidth, chromaHeight, chroma, this.#blue);
    this.#samplePlane(v, chromaWidth, chromaHeight, chroma, this.#red);
    this.#toRgb(target, options.gain ?? 1, options.bias ?? 0);
    if (options.border === 'black') this.#blackenOutside(frame, region, target, options.bias ?? 0);
  }

  #samplePlane(plane: Uint8Array, width: number, height: number, region: FaceRegion, target: Float32Array): void {
    const { size } = this;
    const step = region.size / size;
    const taps = Math.max(1, Math.min(MOST_TAPS, Math.ceil(step / LARGEST_STEP)));
    const tapStep = step / taps;
    const cos = Math.cos(region.roll) * tapStep;
    const sin = Math.sin(region.roll) * tapStep;
    const weight = 1 / (taps * taps);
    const count = size * taps;
    const originX = region.x - (cos - sin) * ((count - 1) / 2);
    const originY = region.y - (sin + cos) * ((count - 1) / 2);
    const maxX = width - 1.001;
    const maxY = height - 1.001;

    // Corners decide for all samples; the margin is far above what adding up steps may lose.
    const inside =
      within(originX, maxX) &&
      within(originX + (cos - sin) * count, maxX) &&
      within(originX + cos * count, maxX) &&
      within(originX - sin * count, maxX) &&
      within(originY, maxY) &&
      within(originY + (sin + cos) * count, maxY) &&
      within(originY + sin * count, maxY) &&
      within(originY + cos * count, maxY);
    if (taps > 1) target.fill(0);
    for (let row = 0; row < count; row++) {
      const rowStart = Math.floor(row / taps) * size;
      let x = originX - sin * row;
      let y = originY + cos * row;
      for (let column = 0; column < size; column++) {
        let sum = 0;
        for (let tap = 0; tap < taps; tap++) {
          const clampedX = inside ? x : Math.max(0, Math.min(maxX, x));
          const clampedY = inside ? y : Math.max(0, Math.min(maxY, y));
          const left = clampedX | 0;
          const top = clampedY | 0;
          const alongX = clampedX - left;
          const at = top * width + left;
          const above = plane[at];
          const below = plane[at + width];
          const upper = above + (plane[at + 1] - above) * alongX;
          const lower = below + (plane[at + width + 1] - below) * alongX;
          sum += upper + (lower - upper) * (clampedY - top);
          x += cos;
          y += sin;
        }
        if (taps === 1) target[rowStart + column] = sum;
        else target[rowStart + column] += sum * weight;
      }
    }
  }

  /** ITU-R BT.709, limited range. */
  #toRgb(target: Float32Array, gain: number, bias: number): void {
    const luma = this.#luma;
    const blue = this.#blue;
    const red = this.#red;
    for (let i = 0, at = 0; i < luma.length; i++, at += 3) {
      const light = (luma[i] - 16) / 219;
      const blueness = (blue[i] - 128) / 224;
      const redness = (red[i] - 128) / 224;
      const r = light + 1.5748 * redness;
      const g = light - 0.1873 * blueness - 0.4681 * redness;
      const b = light + 1.8556 * blueness;
      target[at] = Math.max(0, Math.min(1, r)) * gain + bias;
      target[at + 1] = Math.max(0, Math.min(1, g)) * gain + bias;
      target[at + 2] = Math.max(0, Math.min(1, b)) * gain + bias;
    }
  }

  #blackenOutside(frame: YuvFrame, region: FaceRegion, target: Float32Array, black: number): void {
    const { size } = this;
    for (let row = 0; row < size; row++) {
      for (let column = 0; column < size; column++) {
        const { x, y } = regionToFrame(region, (column + 0.5) / size, (row + 0.5) / size);
        if (x >= -0.5 && y >= -0.5 && x <= frame.width - 0.5 && y <= frame.height - 0.5) continue;
        target.fill(black, (row * size + column) * 3, (row * size + column) * 3 + 3);
      }
    }
  }
}

const MARGIN = 0.01;

function within(coordinate: number, most: number): boolean {
  return coordinate > MARGIN && coordinate < most - MARGIN;
}
