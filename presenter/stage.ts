import { curveAt, type LipOutline, lipOutline } from './lip-outline.ts';
import { smoothstep } from './noise.ts';
import type { HeadPose, PresenterPose } from './pose.ts';
import { RESTING_MOUTH } from './pose.ts';
import { CHIN_Y, NOSE_BASE_Y } from './relief.ts';

/** Height of the picture in cm, and how much of it lies above the face's origin. */
export const PICTURE_HEIGHT_CM = 31;
export const ABOVE_ORIGIN_CM = 15.1;
/** The head turns about the top of the neck. */
const PIVOT_Y = CHIN_Y - 1;
/** Depth that stays in place when the head turns. */
const TURNING_DEPTH = 0.5;
/** Skin above this line and outside this distance does not follow the mouth. */
const STILL_ABOVE_Y = NOSE_BASE_Y - 0.25;
const STILL_OUTSIDE_X = 7.4;

const REST = lipOutline(RESTING_MOUTH);

/** Where the face's points stand in the picture at one moment. */
export interface Stage {
  readonly pixelsPerCm: number;
  readonly centreX: number;
  readonly originY: number;
  readonly head: HeadPose;
}

export function stageFor(width: number, height: number, head: HeadPose): Stage {
  const pixelsPerCm = height / PICTURE_HEIGHT_CM;
  return { pixelsPerCm, centreX: (width - 1) / 2, originY: ABOVE_ORIGIN_CM * pixelsPerCm, head };
}

/** From a point of the face (cm) to the picture (pixels). */
export function toPicture(stage: Stage, x: number, y: number): [number, number] {
  const { head } = stage;
  const depth = depthAt(x, y) - TURNING_DEPTH;
  const turnedX = x + head.yaw * depth;
  const turnedY = y + head.pitch * depth - PIVOT_Y;
  const cos = Math.cos(head.roll);
  const sin = Math.sin(head.roll);
  const screenX = turnedX * cos - turnedY * sin + head.x;
  const screenY = turnedX * sin + turnedY * cos + PIVOT_Y + head.y;
  return [stage.centreX + screenX * stage.pixelsPerCm, stage.originY + screenY * stage.pixelsPerCm];
}

/** From the picture (pixels) to the face (cm). The inverse of `toPicture`. */
export function toFace(stage: Stage, pixelX: number, pixelY: number, out: Float32Array): void {
  const { head } = stage;
  const screenX = (pixelX - stage.centreX) / stage.pixelsPerCm - head.x;
  const screenY = (pixelY - stage.originY) / stage.pixelsPerCm - PIVOT_Y - head.y;
  const cos = Math.cos(head.roll);
  const sin = Math.sin(head.roll);
  const turnedX = screenX * cos + screenY * sin;
  const turnedY = screenY * cos - screenX * sin + PIVOT_Y;
  let x = turnedX;
  let y = turnedY;
  // A small turn: three rounds of the fixed point reach a hundredth of a pixel.
  for (let round = 0; round < 3; round++) {
    const depth = depthAt(x, y) - TURNING_DEPTH;
    x = turnedX - head.yaw * depth;
    y = turnedY - head.pitch * depth;
  }
  out[0] = x;
  out[1] = y;
}

/** A plain, smooth stand-in for the head's depth: enough for how its parts shift when it turns. */
function depthAt(x: number, y: number): number {
  const across = x / 8.5;
  const down = (y + 1) / 12;
  const ball = 5.6 - 6.5 * across * across - 3 * down * down;
  const nose = 1.7 * Math.exp(-((x / 1.3) ** 2) - ((y - 0.9) / 1.5) ** 2);
  return Math.max(-3, ball) + nose;
}

/** From the face as it is now to the resting face that the head's layer shows: undoes jaw, lips, cheeks and brows. */
export function toRest(lips: LipOutline, pose: PresenterPose, x: number, y: number, out: Float32Array): void {
  const side = Math.abs(x);
  const stay = smoothstep(STILL_OUTSIDE_X, 2.6, side);
  const chin = CHIN_Y + 0.9 * lips.jawDrop * smoothstep(9, 2.5, side);
  const restChin = CHIN_Y;
  const blendX = Math.min(side, lips.halfWidth);
  const upper = curveAt(lips, lips.upperOuter, blendX);
  const lower = curveAt(lips, lips.lowerOuter, blendX);
  const restX = (blendX / lips.halfWidth) * REST.halfWidth;
  const restUpper = curveAt(REST, REST.upperOuter, restX);
  const restLower = curveAt(REST, REST.lowerOuter, restX);
  const nowUpper = restUpper + (upper - restUpper) * stay;
  const nowLower = restLower + (lower - restLower) * stay;
  let restY = y;
  if (y > STILL_ABOVE_Y) {
    if (y < nowUpper) restY = line(y, STILL_ABOVE_Y, nowUpper, STILL_ABOVE_Y, restUpper);
    else if (y < nowLower) restY = line(y, nowUpper, nowLower, restUpper, restLower);
    else if (y < chin) restY = line(y, nowLower, chin, restLower, restChin);
    else restY = y - (chin - restChin);
  }
  // Corners pull the skin beside them in and out.
  const pull = lips.halfWidth - REST.halfWidth;
  const near = Math.exp(-(((side - lips.halfWidth) / 1.7) ** 2) - ((y - lips.cornerY) / 1.9) ** 2);
  // A dropped jaw makes the cheeks longer and narrower.
  const narrow = 0.045 * lips.jawDrop * smoothstep(2, 6, y) * smoothstep(12, 8, y);
  const brow = 0.3 * pose.browLift * Math.exp(-(((y + 4.9) / 1.1) ** 2));
  out[0] = x - Math.sign(x) * pull * near * 0.75 * smoothstep(0, 1, side) + x * narrow * 0.5;
  out[1] = restY + brow;
}

function line(value: number, from: number, to: number, outFrom: number, outTo: number): number {
  const span = to - from;
  return span < 1e-4 ? outTo : outFrom + ((value - from) / span) * (outTo - outFrom);
}
