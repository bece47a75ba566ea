import type { ModelField } from '../../schema/models.ts';
import type { TalkV2VRequest } from '../../schema/request.ts';
import type { YuvFrame } from '../media/frame.ts';
import type { Liveliness } from '../media/lively-timeline.ts';

/** A lip-sync model. It sees decoded pictures and samples, never files, URLs or jobs. */
export interface LipSyncEngine {
  /** The name that requests give as `model`. */
  readonly model: string;
  /** A field that the caller set and the model doesn't list is reported as a warning on the job. */
  readonly uses: ReadonlySet<ModelField>;
  /** Starts one clip. Models stay loaded in the engine; what belongs to the clip lives in the session. */
  open(clip: Clip): LipSyncSession;
}

export interface Clip {
  readonly width: number;
  readonly height: number;
  /** Frames per second of source and result alike: the source was brought to the result's rate before. */
  readonly frameRate: number;
  readonly request: TalkV2VRequest;
  readonly signal: AbortSignal;
}

/** Where somebody points at a face, in pixels of the clip's pictures; all four sides may be one point. */
export interface PointedPlace {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** The frame that is pointed at; without it, the first in which a face lies there. */
  readonly frame?: number;
}

/** (0, 0) is the centre of the first pixel. */
export interface PicturePixel {
  readonly x: number;
  readonly y: number;
}

/** One clip's way through an engine: `analyse` once, then `render` once. */
export interface LipSyncSession extends AsyncDisposable {
  /**
   * For models that use `speaker`, before `analyse`: which face talks. Reads the source from its first frame on as far as it needs to;
   * same buffer rule as below. Gives nothing once the face is known, or where other faces are, in pixels, when none lies there.
   */
  chooseSpeaker?(frames: AsyncIterable<YuvFrame>, place: PointedPlace): Promise<readonly PicturePixel[] | undefined>;
  /**
   * Reads the source from its first frame to its last and returns how many frames there were.
   * The buffer of a frame is only valid until the next one is asked for.
   * `ownVoice` is the sound that the source came with, where it has any: speech of the person in the picture, or music, or
   * somebody else. Throws `JobFailure` NO_FACE when no frame holds a usable face.
   */
  analyse(frames: AsyncIterable<YuvFrame>, progress: (framesDone: number) => void, ownVoice?: Voice): Promise<number>;
  /** Turns the voice into what the mouth has to do, for `frameCount` output frames. */
  articulate(voice: Voice, frameCount: number): Promise<void>;
  /** After `articulate`: what the pipeline needs to let the head move with the voice, from models that know. */
  liveliness?(): Liveliness | undefined;
  /**
   * Gives the result's frames in order, one per entry of `timeline`. `base` yields source frame `timeline[k]` as its
   * k-th picture; the session may change that picture in place and yield it. Same buffer rule as above.
   */
  render(timeline: Int32Array, base: AsyncIterable<YuvFrame>): AsyncIterable<YuvFrame>;
}

/** The voice as the models hear it: 16 kHz mono, −1…1, sample 0 at the presentation time of output frame 0. */
export interface Voice {
  readonly samples: Float32Array;
}

export const VOICE_SAMPLE_RATE = 16_000;
