import {
  ABOVE_LIPS_POINTS,
  CHEEK_POINTS,
  CHIN_POINTS,
  CHIN_TIP,
  FACING_LIPS,
  INNER_CORNERS,
  JAW_POINTS,
  LOWER_INNER_POINTS,
  LOWER_OUTER_POINTS,
  OUTER_CORNERS,
  UPPER_INNER_POINTS,
  UPPER_OUTER_POINTS,
} from './face-points.ts';

/** How wide a mouth is open and how broad it is, in units of the canonical face. */
export interface MouthShape {
  /** Mean gap of the inner lips at three places; slightly below zero where the lips press. */
  readonly opening: number;
  /** Distance of the outer corners. */
  readonly width: number;
}

/** Measures an expression (a kept shape in canonical coordinates). */
export function measureMouth(expression: ArrayLike<number>): MouthShape {
  let opening = 0;
  for (const [upper, lower] of FACING_LIPS) opening += expression[lower * 3 + 1] - expression[upper * 3 + 1];
  const [right, left] = OUTER_CORNERS;
  return { opening: opening / FACING_LIPS.length, width: expression[left * 3] - expression[right * 3] };
}

/** Of a change of the opening, the upper lip makes this share and the lower lip with the jaw the rest. */
const UPPER_LIP_SHARE = 0.22;
/** How far skin follows the lip that it hangs on: outer lip, philtrum, chin, jaw. */
const UPPER_OUTER_FOLLOWS = 0.85;
const ABOVE_LIPS_FOLLOW = 0.4;
const LOWER_OUTER_FOLLOWS = 0.92;
const CHIN_FOLLOWS = 0.8;
const JAW_FOLLOWS = 0.72;
const CHEEKS_FOLLOW = 0.25;
/** Overlap of sealed lips, as a share of the gap that was closed. */
const PRESS = 0.5;
/** Lips don't shrink below this share of their width, however rounded the sound. */
const NARROWEST = 0.75;
const BROADEST = 1.25;

/**
 * Changes an expression in place so that it measures `wanted`: the upper lip moves a little, lower lip and jaw more, the
 * corners in and out, and the skin around follows. `sealed` brings the inner lips together at every point, and past each other
 * where they come from apart: what then lies on the contact line is lip, not the teeth at the lips' edges.
 */
export function reshapeMouth(expression: Float32Array, wanted: MouthShape, sealed: boolean): void {
  const frame = mouthFrame(expression);
  const press = sealed ? PRESS * Math.max(0, measureMouth(expression).opening - wanted.opening) : 0;
  widen(expression, frame, wanted.width);
  open(expression, frame, wanted.opening);
  keepLipsApart(expression, frame, sealed, press);
}

interface MouthFrame {
  /** Middle between the corners. */
  readonly x: number;
  readonly y: number;
  /** Unit vector from the person's right corner to the left one. */
  readonly alongX: number;
  readonly alongY: number;
  readonly width: number;
  /** Distance of the inner corners, between which lips part. */
  readonly innerWidth: number;
  readonly chinDistance: number;
}

function mouthFrame(expression: ArrayLike<number>): MouthFrame {
  const right = OUTER_CORNERS[0] * 3;
  const left = OUTER_CORNERS[1] * 3;
  const dx = expression[left] - expression[right];
  const dy = expression[left + 1] - expression[right + 1];
  const width = Math.max(Math.hypot(dx, dy), Number.EPSILON);
  const innerWidth = Math.max(expression[INNER_CORNERS[1] * 3] - expression[INNER_CORNERS[0] * 3], width / 2);
  const x = (expression[left] + expression[right]) / 2;
  const y = (expression[left + 1] + expression[right + 1]) / 2;
  const chin = Math.hypot(expression[CHIN_TIP * 3] - x, expression[CHIN_TIP * 3 + 1] - y);
  return {
    x,
    y,
    alongX: dx / width,
    alongY: dy / width,
    width,
    innerWidth,
    chinDistance: Math.max(chin, Number.EPSILON),
  };
}

const LIPS = [...UPPER_OUTER_POINTS, ...LOWER_OUTER_POINTS, ...UPPER_INNER_POINTS, ...LOWER_INNER_POINTS];
const AROUND = [...ABOVE_LIPS_POINTS, ...CHEEK_POINTS, ...CHIN_POINTS];

function widen(expression: Float32Array, frame: MouthFrame, width: number): void {
  const measured = Math.max(measureMouth(expression).width, Number.EPSILON);
  const factor = Math.max(NARROWEST, Math.min(BROADEST, width / measured)) - 1;
  for (const point of new Set([...LIPS, ...AROUND])) {
    const at = point * 3;
    const dx = expression[at] - frame.x;
    const dy = expression[at + 1] - frame.y;
    const along = dx * frame.alongX + dy * frame.alongY;
    const across = dy * frame.alongX - dx * frame.alongY;
    const far = Math.hypot(Math.max(0, Math.abs(along) - frame.width / 2), across * 0.7) / frame.width;
    const shift = factor * along * Math.exp(-4 * far * far);
    expression[at] += shift * frame.alongX;
    expression[at + 1] += shift * frame.alongY;
  }
}

function open(expression: Float32Array, frame: MouthFrame, opening: number): void {
  const change = opening - measureMouth(expression).opening;
  if (change === 0) return;
  const middle =
    FACING_LIPS.reduce((sum, [upper]) => sum + arch(expression, frame, upper, frame.innerWidth), 0) /
    FACING_LIPS.length;
  const upper = (-change * UPPER_LIP_SHARE) / middle;
  const lower = (change * (1 - UPPER_LIP_SHARE)) / middle;
  const shift = (points: readonly number[], by: number, width: number) => {
    for (const point of points) shiftDown(expression, frame, point, by * arch(expression, frame, point, width));
  };
  shift(UPPER_INNER_INSIDE, upper, frame.innerWidth);
  shift(UPPER_OUTER_INSIDE, upper * UPPER_OUTER_FOLLOWS, frame.width);
  shift(ABOVE_LIPS_POINTS, upper * ABOVE_LIPS_FOLLOW, frame.width);
  shift(LOWER_INNER_INSIDE, lower, frame.innerWidth);
  shift(LOWER_OUTER_INSIDE, lower * LOWER_OUTER_FOLLOWS, frame.width);
  // The jaw is one bone: below the lower lip skin moves by its distance from the mouth's middle, not by an arch.
  for (const point of [...CHIN_POINTS, ...CHEEK_POINTS, ...JAW_POINTS]) {
    const share = JAW_SET.has(point) ? JAW_FOLLOWS : CHIN_SET.has(point) ? CHIN_FOLLOWS : CHEEKS_FOLLOW;
    shiftDown(expression, frame, point, lower * share * jawWeight(expression, frame, point));
  }
}

const JAW_SET = new Set(JAW_POINTS);
const CHIN_SET = new Set(CHIN_POINTS);
const CORNERS = new Set([...OUTER_CORNERS, ...INNER_CORNERS]);
const inside = (points: readonly number[]): readonly number[] => points.filter((point) => !CORNERS.has(point));
const UPPER_INNER_INSIDE = inside(UPPER_INNER_POINTS);
const LOWER_INNER_INSIDE = inside(LOWER_INNER_POINTS);
const UPPER_OUTER_INSIDE = inside(UPPER_OUTER_POINTS);
const LOWER_OUTER_INSIDE = inside(LOWER_OUTER_POINTS);

/** 2 is an almond, 4 a letter box; 3 is nearest to the ellipse of an open vowel. */
const ARCH_POWER = 3;

/** 1 in the mouth's middle, 0 at and beyond the ends of `width`. */
function arch(expression: ArrayLike<number>, frame: MouthFrame, point: number, width: number): number {
  const dx = expression[point * 3] - frame.x;
  const dy = expression[point * 3 + 1] - frame.y;
  const u = ((dx * frame.alongX + dy * frame.alongY) * 2) / width;
  return Math.max(0, 1 - Math.abs(u) ** ARCH_POWER);
}

function jawWeight(expression: ArrayLike<number>, frame: MouthFrame, point: number): number {
  const dx = expression[point * 3] - frame.x;
  const dy = expression[point * 3 + 1] - frame.y;
  const u = (dx * frame.alongX + dy * frame.alongY) / frame.width;
  const v = (dy * frame.alongX - dx * frame.alongY) / frame.chinDistance;
  return Math.exp(-u * u * 0.9) * smoothstep(-0.1, 0.5, v);
}

function shiftDown(expression: Float32Array, frame: MouthFrame, point: number, shift: number): void {
  expression[point * 3] -= shift * frame.alongY;
  expression[point * 3 + 1] += shift * frame.alongX;
}

/** The lower inner lip never rises above the upper one, unless sealed lips are pressed; sealed lips touch everywhere. */
function keepLipsApart(expression: Float32Array, frame: MouthFrame, sealed: boolean, press: number): void {
  for (let i = 1; i < UPPER_INNER_POINTS.length - 1; i++) {
    const upper = UPPER_INNER_POINTS[i];
    const lower = LOWER_INNER_POINTS[i];
    const dx = expression[lower * 3] - expression[upper * 3];
    const dy = expression[lower * 3 + 1] - expression[upper * 3 + 1];
    let gap = dy * frame.alongX - dx * frame.alongY;
    if (gap > 0 && !sealed) continue;
    gap += press * arch(expression, frame, upper, frame.innerWidth);
    shiftDown(expression, frame, upper, gap * UPPER_LIP_SHARE);
    shiftDown(expression, frame, lower, -gap * (1 - UPPER_LIP_SHARE));
  }
}

function smoothstep(from: number, to: number, value: number): number {
  const t = Math.max(0, Math.min(1, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}
