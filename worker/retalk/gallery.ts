import { type CanonicalFace, expressionOf, type HeadAngles, headAngles, meanFace, poseOf } from './canonical-face.ts';
import type { ClipTrack } from './clip-track.ts';
import { SHAPE_LENGTH } from './face-points.ts';
import type { Exemplar } from './library.ts';
import { type MouthShape, measureMouth } from './mouth-shape.ts';

/** An exemplar with what the search and the retargeting want to know of it. */
export interface Portrait {
  readonly exemplar: Exemplar;
  /** Kept points in canonical coordinates. */
  readonly expression: Float32Array;
  readonly mouth: MouthShape;
  readonly angles: HeadAngles;
  readonly light: number;
  /** Relative to the clip's median. */
  readonly sharpness: number;
  readonly track: number;
}

/** The clip as the search sees it: one face, its mouths and poses. */
export interface Gallery {
  readonly face: CanonicalFace;
  readonly portraits: readonly Portrait[];
  /** Yaw, pitch and roll of every source frame, degrees; zeros where there is no face. */
  readonly angles: Float32Array;
  /** Mouths of all frames that hold a face. */
  readonly mouths: readonly MouthShape[];
}

/** Builds the gallery from a smoothed track and the exemplars that the library kept. The track must hold a face. */
export function buildGallery(track: ClipTrack, exemplars: readonly Exemplar[]): Gallery {
  const face = meanFace(facesOf(track));
  const angles = new Float32Array(track.length * 3);
  const mouths: MouthShape[] = [];
  const expression = new Float32Array(SHAPE_LENGTH);
  const sharpnesses: number[] = [];
  for (let frame = 0; frame < track.length; frame++) {
    if (!track.hasFace(frame)) continue;
    const pose = poseOf(face, track.shape(frame));
    const { yaw, pitch, roll } = headAngles(pose);
    angles.set([yaw, pitch, roll], frame * 3);
    expressionOf(pose, track.shape(frame), expression);
    mouths.push(measureMouth(expression));
    sharpnesses.push(track.sharpness(frame));
  }
  sharpnesses.sort((a, b) => a - b);
  const typical = Math.max(sharpnesses[Math.floor(sharpnesses.length / 2)], Number.EPSILON);
  const portraits = exemplars.map((exemplar): Portrait => {
    const { frame } = exemplar;
    const own = new Float32Array(SHAPE_LENGTH);
    const pose = poseOf(face, track.shape(frame));
    expressionOf(pose, track.shape(frame), own);
    return {
      exemplar,
      expression: own,
      mouth: measureMouth(own),
      angles: headAngles(pose),
      light: track.skin(frame).y,
      sharpness: track.sharpness(frame) / typical,
      track: track.track(frame),
    };
  });
  return { face, portraits, angles, mouths };
}

function* facesOf(track: ClipTrack): Generator<Float32Array> {
  for (let frame = 0; frame < track.length; frame++) if (track.hasFace(frame)) yield track.shape(frame);
}
