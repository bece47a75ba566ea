import type { PictureBox, PicturePoint, SpeakerChoice } from '../../schema/speaker.ts';
import type { LipSyncSession, PointedPlace } from '../engines/engine.ts';
import { JobFailure } from '../failure.ts';
import type { YuvFrame } from '../media/frame.ts';
import { type OutputPicture, planFrameRate } from '../media/output-plan.ts';
import { isShown, outputPlace, sourcePoint } from '../media/picture-place.ts';
import type { VideoFacts } from '../media/probe.ts';
import { toNumber } from '../media/rational.ts';

/** A place with the words that the caller used for it. */
export interface PointedSpeaker extends PointedPlace {
  readonly choice: SpeakerChoice;
}

/**
 * Where a request points, in the output's pixels and frames. A frame counts at the source's own rate.
 * Throws `JobFailure` FACE_NOT_AT_POINT when the result doesn't show that place.
 */
export function pointedPlace(choice: SpeakerChoice, facts: VideoFacts, picture: OutputPicture): PointedSpeaker {
  const place = outputPlace(boxOf(choice), picture);
  if (!isShown(place, picture)) {
    throw new JobFailure(
      'FACE_NOT_AT_POINT',
      'The speaker that was pointed at lies in the part of the picture that is cropped away. Set keepProportion to pad or stretch, or change imageSize.',
    );
  }
  const rate = toNumber(picture.frameRate);
  const seconds =
    choice.frame === undefined ? choice.seconds : choice.frame / toNumber(planFrameRate(undefined, facts));
  // A frame is shown from its time to that of the next one; a little more than nothing forgives rounding.
  const frame = seconds === undefined ? undefined : Math.floor(seconds * rate + ROUNDING);
  return { ...place, ...(frame !== undefined && { frame }), choice };
}

const ROUNDING = 1e-6;

export interface ChooseSpeakerOptions {
  readonly pointed: PointedSpeaker;
  readonly picture: OutputPicture;
  /** The source from its first frame on, at least to the one that is pointed at. */
  readonly frames: AsyncIterable<YuvFrame>;
}

/**
 * Tells the session which face talks.
 * Throws `JobFailure` FACE_NOT_AT_POINT, with the places where faces are.
 */
export async function chooseSpeaker(
  session: LipSyncSession,
  { pointed, picture, frames }: ChooseSpeakerOptions,
): Promise<void> {
  if (!session.chooseSpeaker) return;
  let read = 0;
  async function* counted(): AsyncGenerator<YuvFrame> {
    for await (const frame of frames) {
      read++;
      yield frame;
    }
  }
  const faces = await session.chooseSpeaker(counted(), pointed);
  if (faces === undefined) return;
  if (pointed.frame !== undefined && read <= pointed.frame) {
    const seconds = read / toNumber(picture.frameRate);
    throw new JobFailure(
      'FACE_NOT_AT_POINT',
      `The video ends after ${seconds.toFixed(2)} s, before the moment of the speaker that was pointed at. Point at an earlier one.`,
    );
  }
  throw new JobFailure(
    'FACE_NOT_AT_POINT',
    missedMessage(
      pointed.choice,
      faces.map((face) => sourcePoint(face, picture)),
    ),
  );
}

function missedMessage(choice: SpeakerChoice, faces: readonly PicturePoint[]): string {
  const { left, right, top, bottom } = boxOf(choice);
  const pointed = said({ x: (left + right) / 2, y: (top + bottom) / 2 });
  const when = saidMoment(choice);
  if (faces.length === 0) {
    return `No face lies at ${pointed} ${when}, and none elsewhere. Point at a frame or time at which the speaker’s face is seen.`;
  }
  const found = faces.map(said).join(', ');
  return `No face lies at ${pointed} ${when}. Faces (x, y) were found at ${found}: point at one of them.`;
}

function saidMoment({ frame, seconds }: SpeakerChoice): string {
  if (frame !== undefined) return `in frame ${frame}`;
  return seconds === undefined ? 'in any frame' : `at ${seconds} s`;
}

function said({ x, y }: PicturePoint): string {
  return `(${x.toFixed(2)}, ${y.toFixed(2)})`;
}

function boxOf({ point, box }: SpeakerChoice): PictureBox {
  if (box) return box;
  if (!point) throw new TypeError('a speaker is pointed at by a point or a box');
  return { left: point.x, top: point.y, right: point.x, bottom: point.y };
}
