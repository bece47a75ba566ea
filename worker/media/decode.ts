import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { JobFailure } from '../failure.ts';
import { decodeArgs } from './decode-args.ts';
import { createFrame, type YuvFrame } from './frame.ts';
import { type LosslessCopy, replayCopy } from './lossless-copy.ts';
import type { OutputPicture } from './output-plan.ts';
import { type FilterSupport, pictureFilters } from './picture-filters.ts';
import type { VideoFacts } from './probe.ts';
import { rawFrames } from './raw-frames.ts';
import { FfmpegError, FfmpegProcess } from './run-ffmpeg.ts';
import { movesForwardOnly } from './timeline.ts';

export interface SourceOptions {
  readonly path: string;
  readonly facts: VideoFacts;
  /** Size, rate and geometry that every frame is brought to. */
  readonly picture: OutputPicture;
  readonly support: FilterSupport;
  /** A folder of the job, for the lossless copy that playing backwards needs: about 130 kB a frame at 720p. */
  readonly scratchDir: string;
}

export interface DecodeOptions {
  readonly maxFrames: number;
  /** Also leave a lossless copy, because a replay will go back. Costs a few ms a frame; made later if it wasn't. */
  readonly keep?: boolean;
  readonly signal: AbortSignal;
}

/**
 * A source video as frames of the output's size and rate: `decode` reads it from the start, `replay` gives the same
 * frames, bit by bit, in the order of a timeline. Disposal removes the lossless copy.
 */
export class SourceVideo implements AsyncDisposable {
  readonly #options: SourceOptions;
  #copy: LosslessCopy | undefined;

  constructor(options: SourceOptions) {
    this.#options = options;
  }

  /**
   * The frames in order, `maxFrames` at most. A frame is valid until the next one is asked for.
   * Throws `JobFailure` VIDEO_UNREADABLE when not a single one can be decoded.
   */
  async *decode({ maxFrames, keep = false, signal }: DecodeOptions): AsyncGenerator<YuvFrame, void, undefined> {
    const { path, facts, picture, support, scratchDir } = this.#options;
    const copyTo = keep && !this.#copy ? join(scratchDir, `source-${randomUUID()}.mkv`) : undefined;
    const filters = pictureFilters(facts, picture, support);
    const request = { path, streamIndex: facts.streamIndex, filters, frameRate: picture.frameRate, maxFrames, copyTo };
    const ffmpeg = new FfmpegProcess('ffmpeg', decodeArgs(request), { signal });
    let frameCount = 0;
    try {
      for await (const frame of rawFrames(ffmpeg, picture.width, picture.height)) {
        frameCount++;
        yield frame;
      }
      if (frameCount === 0) throw unreadable();
      if (copyTo !== undefined) this.#copy = { ...picture, path: copyTo, frameCount };
    } catch (error) {
      const decoderGaveUp = error instanceof FfmpegError && error.exitCode !== undefined && frameCount === 0;
      throw decoderGaveUp ? unreadable(error) : error;
    } finally {
      if (copyTo !== undefined && this.#copy?.path !== copyTo) await rm(copyTo, { force: true });
    }
  }

  /**
   * Source frame `timeline[k]` as the k-th picture. A timeline that only moves forward decodes the file again; one
   * that goes back reads the lossless copy in chunks, so memory stays flat. The picture may be changed in place, and
   * is valid until the next one is asked for.
   */
  async *replay(timeline: Int32Array, signal: AbortSignal): AsyncGenerator<YuvFrame, void, undefined> {
    const maxFrames = timeline.reduce((most, index) => Math.max(most, index + 1), 0);
    if (maxFrames === 0) return;
    if (movesForwardOnly(timeline)) {
      yield* this.#replayForward(timeline, maxFrames, signal);
      return;
    }
    const copy = this.#copy ?? (await this.#makeCopy(maxFrames, signal));
    if (copy.frameCount < maxFrames) throw tooFewFrames(copy.frameCount, maxFrames);
    yield* replayCopy(copy, timeline, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const copy = this.#copy;
    this.#copy = undefined;
    if (copy) await rm(copy.path, { force: true });
  }

  async *#replayForward(timeline: Int32Array, maxFrames: number, signal: AbortSignal): AsyncGenerator<YuvFrame> {
    const repeated = createFrame(this.#options.picture.width, this.#options.picture.height);
    let index = 0;
    let k = 0;
    for await (const frame of this.decode({ maxFrames, signal })) {
      for (; timeline[k] === index; k++) {
        if (timeline[k + 1] === index) {
          // The consumer may paint on what it gets; the next repetition must not show it.
          repeated.data.set(frame.data);
          yield repeated;
        } else {
          yield frame;
        }
      }
      index++;
    }
    if (k < timeline.length) throw tooFewFrames(index, maxFrames);
  }

  async #makeCopy(maxFrames: number, signal: AbortSignal): Promise<LosslessCopy> {
    let frames = 0;
    for await (const _ of this.decode({ maxFrames, keep: true, signal })) frames++;
    if (!this.#copy) throw tooFewFrames(frames, maxFrames);
    return this.#copy;
  }
}

function unreadable(cause?: unknown): JobFailure {
  return new JobFailure(
    'VIDEO_UNREADABLE',
    'No frame of the video can be decoded. Check that it plays, or convert it to MP4 (H.264).',
    { cause },
  );
}

function tooFewFrames(got: number, wanted: number): Error {
  return new Error(`the source gave ${got} frames, but its timeline shows ${wanted}`);
}
