import { setImmediate } from 'node:timers/promises';
import { type CanonicalFace, expressionOf, type HeadAngles, headAngles, meanFace, poseOf } from './canonical-face.ts';
import type { ClipTrack } from './clip-track.ts';
import { SHAPE_LENGTH } from './face-points.ts';
import type { SkinTone } from './inner-mouth.ts';
import type { Exemplar } from './library.ts';
import { type MouthShape, measureMouth } from './mouth-shape.ts';

/** An exemplar with what the search and the retargeting want to know of it. */
export interface Portrait {
  readonly exemplar: Exemplar;
  /** Kept points in canonical coordinates. */
  readonly expression: Float32Array;
  readonly mouth: MouthShape;
  readonly angles: HeadAngles;
  readonly skin: SkinTone;
  /** Pixels per unit of the canonical face. */
  readonly size: number;
  /** Relative to what is typical of mouths as open as this one: below 1 it is blurred. */
  readonly sharpness: number;
  readonly track: number;
}

/** The clip as the search sees it: one face, its mouths and poses. */
export interface Gallery {
  readonly face: CanonicalFace;
  readonly portraits: readonly Portrait[];
  /** Yaw, pitch and roll of every source frame, degrees; zeros where there is no face. */
  readonly angles: Float32Array;
  /** Pixels per unit of the canonical face, for every source frame. */
  readonly sizes: Float32Array;
  /** Mouths of all frames that hold a face. */
  readonly mouths: readonly MouthShape[];
}

/** Frames between two turns of the event loop: some 10 ms of work. */
const FRAMES_PER_TURN = 500;
/** The mean face is settled long before this many of a clip's frames were averaged. */
const MEAN_FACES = 2000;

/** Builds the gallery from a smoothed track and the exemplars that the library kept. The track must hold a face. */
export async function buildGallery(track: ClipTrack, exemplars: readonly Exemplar[]): Promise<Gallery> {
  const face = meanFace(facesOf(track));
  const angles = new Float32Array(track.length * 3);
  const sizes = new Float32Array(track.length);
  const mouths: MouthShape[] = [];
  const expression = new Float32Array(SHAPE_LENGTH);
  const sharpnesses: number[] = [];
  for (let frame = 0; frame < track.length; frame++) {
    if (frame % FRAMES_PER_TURN === 0) await setImmediate();
    if (!track.hasFace(frame)) continue;
    const pose = poseOf(face, track.shape(frame));
    const { yaw, pitch, roll } = headAngles(pose);
    angles.set([yaw, pitch, roll], frame * 3);
    sizes[frame] = pose.scale;
    expressionOf(pose, track.shape(frame), expression);
    mouths.push(measureMouth(expression));
    sharpnesses.push(track.sharpness(frame));
  }
  const typical = typicalSharpness(mouths, sharpnesses);
  const portraits = exemplars.map((exemplar): Portrait => {
    const { frame } = exemplar;
    const own = new Float32Array(SHAPE_LENGTH);
    const pose = poseOf(face, track.shape(frame));
    expressionOf(pose, track.shape(frame), own);
    const mouth = measureMouth(own);
    return {
      exemplar,
      expression: own,
      mouth,
      angles: headAngles(pose),
      skin: track.skin(frame),
      size: pose.scale,
      sharpness: track.sharpness(frame) / typical(mouth.opening),
      track: track.track(frame),
    };
  });
  return { face, portraits, angles, sizes, mouths };
}

/**
 * Teeth and the dark between the lips have edges that a closed mouth doesn't, so sharpness is compared among mouths of one
 * opening: a straight line through the logarithms.
 */
function typicalSharpness(mouths: readonly MouthShape[], sharpnesses: readonly number[]): (opening: number) => number {
  const logs = sharpnesses.map((sharpness) => Math.log(sharpness + Number.EPSILON));
  const count = logs.length;
  const meanLog = logs.reduce((sum, log) => sum + log, 0) / count;
  const meanOpening = mouths.reduce((sum, { opening }) => sum + opening, 0) / count;
  let shared = 0;
  let spread = Number.EPSILON;
  for (let i = 0; i < count; i++) {
    const far = mouths[i].opening - meanOpening;
    shared += far * (logs[i] - meanLog);
    spread += far * far;
  }
  const slope = shared / spread;
  return (opening) => Math.exp(meanLog + slope * (opening - meanOpening));
}

/** Faces from all over the clip, at most about `MEAN_FACES`. */
function* facesOf(track: ClipTrack): Generator<Float32Array> {
  const every = Math.max(1, Math.floor(track.length / MEAN_FACES));
  let seen = 0;
  for (let frame = 0; frame < track.length; frame++) {
    if (track.hasFace(frame) && seen++ % every === 0) yield track.shape(frame);
  }
}
