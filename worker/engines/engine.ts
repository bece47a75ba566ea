import type { TalkV2VRequest } from '../../schema/request.ts';
import type { YuvFrame } from '../media/frame.ts';

/** The request fields that a model may or may not use; the rest (inputs, size, rate, length) the pipeline honours for every model. */
export type EngineField = 'prompt' | 'negativePrompt' | 'function' | 'steps' | 'cfgScale' | 'seed' | 'articulation';

/** A lip-sync model. It sees decoded pictures and samples, never files, URLs or jobs. */
export interface LipSyncEngine {
  /** The name that requests give as `model`. */
  readonly model: string;
  /** A field that the caller set and the model doesn't list is reported as a warning on the job. */
  readonly uses: ReadonlySet<EngineField>;
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

/** One clip's way through an engine: `analyse` once, then `render` once. */
export interface LipSyncSession extends AsyncDisposable {
  /**
   * Reads the source from its first frame to its last and returns how many frames there were.
   * The buffer of a frame is only valid until the next one is asked for.
   * Throws `JobFailure` NO_FACE when no frame holds a usable face.
   */
  analyse(frames: AsyncIterable<YuvFrame>, progress: (framesDone: number) => void): Promise<number>;
  /** Turns the voice into what the mouth has to do, for `frameCount` output frames. */
  articulate(voice: Voice, frameCount: number): Promise<void>;
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
