import type { YuvFrame } from '../media/frame.ts';
import { RegionCropper } from './crop.ts';
import type { FaceRegion } from './region.ts';

/** Coarse enough that a talking mouth and a slight turn of the head change little, fine enough to tell hair, brows, beard and glasses. */
const SIZE = 12;
/** Of the region: the head with its hair, without the corners that show what lies behind it. */
const ELLIPSE = { halfWidth: 0.36, halfHeight: 0.46 } as const;
/** Hue tells skin, hair and make-up apart but also changes with the light: a share of what luma counts. */
const HUE_SHARE = 0.5;

/** What a head looks like, in a few hundred numbers of mean square 1: its luma freed from exposure, and its hues. */
export type Appearance = Float32Array;

/** Pixels of the crop that show the head. */
const HEAD = Array.from({ length: SIZE * SIZE }, (_, i) => i).filter((i) => {
  const across = ((i % SIZE) + 0.5) / SIZE - 0.5;
  const down = (Math.floor(i / SIZE) + 0.5) / SIZE - 0.5;
  return (across / ELLIPSE.halfWidth) ** 2 + (down / ELLIPSE.halfHeight) ** 2 <= 1;
});

/** Sees what heads look like. Reuses its buffers. */
export class AppearanceReader {
  readonly #cropper = new RegionCropper(SIZE);
  readonly #crop = new Float32Array(SIZE * SIZE * 3);

  /** The look of the head in `region`, as `regionOfLandmarks` gives it: upright, the same face at the same place. */
  read(frame: YuvFrame, region: FaceRegion): Appearance {
    this.#cropper.crop(frame, region, this.#crop);
    const luma = HEAD.map((i) => (this.#crop[3 * i] + 2 * this.#crop[3 * i + 1] + this.#crop[3 * i + 2]) / 4);
    const red = HEAD.map((i, k) => this.#crop[3 * i] - luma[k]);
    const blue = HEAD.map((i, k) => this.#crop[3 * i + 2] - luma[k]);
    const deviation = spread(luma);
    const hue = HUE_SHARE / deviation;
    const mean = meanOf(luma);
    return unit([
      ...luma.map((value) => (value - mean) / deviation),
      ...red.map((value) => value * hue),
      ...blue.map((value) => value * hue),
    ]);
  }
}

/** 1 for the same picture, about 0 for two that have nothing in common. */
export function likeness(a: Appearance, b: Appearance): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0) / a.length;
}

/** `appearance` with a share of what was seen now: people turn, and light changes. */
export function blended(appearance: Appearance, seen: Appearance, share: number): Appearance {
  return unit(Array.from(appearance, (value, i) => value * (1 - share) + seen[i] * share));
}

function unit(values: readonly number[]): Appearance {
  const size = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length) + Number.EPSILON;
  return Float32Array.from(values, (value) => value / size);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A plain grey head doesn't exist, but a plain grey picture does. */
const LEAST_SPREAD = 0.01;

function spread(values: readonly number[]): number {
  const mean = meanOf(values);
  return Math.max(LEAST_SPREAD, Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2))));
}
