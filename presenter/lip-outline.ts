import { mix } from './noise.ts';
import type { MouthPose } from './pose.ts';
import { MOUTH_Y } from './relief.ts';

/** The gap in the middle of the mouth at `opening` 1, cm: a hearty shout. */
export const FULL_OPENING_CM = 2.6;
const REST_HALF_WIDTH = 2.42;
/** How far the corners move out at `width` 1 and in at −1, as shares of the resting width. */
const SPREAD = 0.2;
const PURSE = 0.28;
/** The jaw makes most of the gap; the upper lip gives the rest. */
const UPPER_SHARE = 0.17;
const UPPER_LIP_CM = 0.62;
const LOWER_LIP_CM = 0.88;
const SAMPLES = 192;

/** Outlines of the lips in cm on the face. The curves are tables over |x| from the middle to the corner. */
export interface LipOutline {
  readonly pose: MouthPose;
  readonly halfWidth: number;
  readonly cornerY: number;
  /** Gap in the middle, cm. */
  readonly gap: number;
  /** How far the jaw hangs below its resting place, cm. */
  readonly jawDrop: number;
  readonly upperOuter: Float32Array;
  readonly upperInner: Float32Array;
  readonly lowerInner: Float32Array;
  readonly lowerOuter: Float32Array;
}

export function lipOutline(pose: MouthPose): LipOutline {
  const width = Math.max(-1, Math.min(1, pose.width));
  const closure = Math.max(0, Math.min(1, pose.closure));
  const bite = Math.max(0, Math.min(1, pose.teethOnLip)) * (1 - closure);
  // A bitten lip leaves a slit through which the upper teeth show.
  const opening = mix(Math.max(0, Math.min(1, pose.opening)) * (1 - closure), 0.07, bite);
  const gap = opening * FULL_OPENING_CM;
  const rounding = Math.max(0, -width);
  const spread = Math.max(0, width);
  const halfWidth = REST_HALF_WIDTH * (1 + SPREAD * spread - PURSE * rounding) * (1 - 0.07 * opening);
  const up = gap * UPPER_SHARE + 0.1 * bite;
  const jawDrop = gap * (1 - UPPER_SHARE);
  const press = 1 - 0.45 * closure;
  const upperLip = UPPER_LIP_CM * press * (1 + 0.28 * rounding - 0.14 * spread) * (1 - 0.18 * opening);
  const lowerLip =
    LOWER_LIP_CM * press * (1 + 0.16 * rounding - 0.1 * spread) * (1 - 0.1 * opening) * (1 - 0.38 * bite);
  const cornerY = MOUTH_Y - 0.22 - 0.16 * spread + 0.3 * gap;
  const upperOuter = new Float32Array(SAMPLES + 1);
  const upperInner = new Float32Array(SAMPLES + 1);
  const lowerInner = new Float32Array(SAMPLES + 1);
  const lowerOuter = new Float32Array(SAMPLES + 1);
  // Pursed lips open as a circle, spread ones as a slit with pointed ends.
  const power = mix(0.66, 0.5, rounding);
  for (let i = 0; i <= SAMPLES; i++) {
    const t = i / SAMPLES;
    const arch = Math.max(0, 1 - t * t) ** power;
    // At rest the seam is a gentle bow: a drop in the middle, corners raised to the hint of a smile.
    const seam = 0.07 * Math.exp(-((t / 0.2) ** 2)) - 0.04 * Math.exp(-(((t - 0.42) / 0.22) ** 2));
    const middleUp = MOUTH_Y + seam - up;
    const middleDown = MOUTH_Y + seam + jawDrop;
    upperInner[i] = mix(cornerY, middleUp, arch);
    lowerInner[i] = Math.max(upperInner[i], mix(cornerY, middleDown, arch));
    const body = Math.max(0, 1 - t ** 2.1) ** 0.92;
    const bow = 1 - 0.2 * Math.exp(-((t / 0.11) ** 2)) + 0.1 * Math.exp(-(((t - 0.24) / 0.16) ** 2)) - 0.12 * t;
    upperOuter[i] = upperInner[i] - upperLip * body * bow;
    lowerOuter[i] = lowerInner[i] + lowerLip * Math.max(0, 1 - t * t) ** 0.66;
  }
  return { pose, halfWidth, cornerY, gap, jawDrop, upperOuter, upperInner, lowerInner, lowerOuter };
}

/** Value of one of the curves at a distance from the middle; the corner's beyond it. */
export function curveAt(lips: LipOutline, curve: Float32Array, x: number): number {
  const at = (Math.abs(x) / lips.halfWidth) * SAMPLES;
  if (at >= SAMPLES) return curve[SAMPLES];
  const i = Math.floor(at);
  return curve[i] + (curve[i + 1] - curve[i]) * (at - i);
}
