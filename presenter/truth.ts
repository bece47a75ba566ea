import { curveAt, lipOutline } from './lip-outline.ts';
import type { HeadPose, PresenterPose } from './pose.ts';
import { NOSE_BASE_Y } from './relief.ts';
import { stageFor, toPicture } from './stage.ts';

/** Where the forehead's topmost landmark (10 of MediaPipe's 468) lies on the presenter. */
const FOREHEAD_Y = -7.75;
/** The gap is the mean of three places, the middle and the two beside it, as landmarks 13–14, 82–87 and 312–317 lie. */
const GAP_PLACES = [0, -0.55, 0.55] as const;

/** What the drawn mouth really is, to hold measurements against. Pixels of the picture. */
export interface MouthTruth {
  /** Distance between the inner edges of the lips, mean of three places. */
  readonly openingPixels: number;
  /** Distance between the corners. */
  readonly widthPixels: number;
  /** Distance from the top of the forehead (landmark 10) to the base of the nose (landmark 2). */
  readonly faceScalePixels: number;
  /** Opening and width as shares of the face scale. */
  readonly opening: number;
  readonly width: number;
  readonly head: HeadPose;
}

export function mouthTruth(pose: PresenterPose, pictureWidth: number, pictureHeight: number): MouthTruth {
  const stage = stageFor(pictureWidth, pictureHeight, pose.head);
  const lips = lipOutline(pose.mouth);
  const distance = (ax: number, ay: number, bx: number, by: number) => {
    const [px, py] = toPicture(stage, ax, ay);
    const [qx, qy] = toPicture(stage, bx, by);
    return Math.hypot(qx - px, qy - py);
  };
  let openingPixels = 0;
  for (const x of GAP_PLACES) {
    const upper = curveAt(lips, lips.upperInner, x);
    openingPixels += distance(x, upper, x, curveAt(lips, lips.lowerInner, x)) / GAP_PLACES.length;
  }
  const widthPixels = distance(-lips.halfWidth, lips.cornerY, lips.halfWidth, lips.cornerY);
  const faceScalePixels = distance(0, FOREHEAD_Y, 0, NOSE_BASE_Y);
  return {
    openingPixels,
    widthPixels,
    faceScalePixels,
    opening: openingPixels / faceScalePixels,
    width: widthPixels / faceScalePixels,
    head: pose.head,
  };
}
