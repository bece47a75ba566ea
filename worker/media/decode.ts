import { randomUUID } from 'node:crypto';
import { rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { MAX_OUTPUT_SECONDS } from '../../schema/request.ts';
import { JobFailure } from '../failure.ts';
import { decodeArgs } from './decode-args.ts';
import { createFrame, frameBytes, type YuvFrame } from './frame.ts';
import { replayLossless } from './lossless-copy.ts';
import type { OutputPicture } from './output-plan.ts';
import { type FilterSupport, pictureFilters } from './picture-filters.ts';
import type { VideoFacts } from './probe.ts';
import { toNumber } from './rational.ts';
import { replayRaw } from './raw-copy.ts';
import { rawFrames } from './raw-frames.ts';
import { FfmpegError, FfmpegProcess } from './run-ffmpeg.ts';
import { copyFormat, type PlannedCopy, type ReplayOrder, type SourceCopy } from './source-copy.ts';
import { movesForwardOnly } from './timeline.ts';

/**
 * Raw copies are made up to this size: 26 s of 720p at 30 frames/s, more than most sources are read. Short-lived files of
 * this size hardly leave the page cache.
 */
const RAW_COPY_BYTES = 2 ** 30;
/** Of the space that is free: several jobs may share a disk. */
const RAW_COPY_SHARE = 1 / 8;
/** For the plan only: files that don't tell their length are taken for long ones. */
const UNTOLD_SECONDS = MAX_OUTPUT_SECONDS;

export interface SourceOptions {
  readonly path: string;
  readonly facts: VideoFacts;
  /** Size, rate and geometry that every frame is brought to. */
  readonly picture: OutputPicture;
  readonly support: FilterSupport;
  /** A folder of the job, for the copy: raw pictures, or about 130 kB for each of them at 720p. */
  readonly scratchDir: string;
  /** Largest raw copy. */
  readonly rawCopyBytes?: number;
}

export interface DecodeOptions {
  readonly maxFrames: number;
  /** How a replay will ask for the frames again, if one will; a copy is kept where that pays, and made later if it wasn't. */
  readonly replay?: ReplayOrder;
  readonly signal: AbortSignal;
}

/**
 * A source video as frames of the output's size and rate: `decode` reads it from the start, `replay` gives the same
 * frames, bit by bit, in the order of a timeline. Disposal removes the copy.
 */
export class SourceVideo implements AsyncDisposable {
  readonly #options: SourceOptions;
  #copy: SourceCopy | undefined;

  constructor(options: SourceOptions) {
    this.#options = options;
  }

  /** How many frames there will be, `maxFrames` at most: a guess, because files don't always tell the truth. */
  expectedFrames(maxFrames: number): number {
    const { facts, picture } = this.#options;
    const frames = Math.round((facts.durationSeconds ?? UNTOLD_SECONDS) * toNumber(picture.frameRate));
    return Math.max(1, Math.min(maxFrames, frames));
  }

  /**
   * The frames in order, `maxFrames` at most. A frame is valid until the next one is asked for.
   * Throws `JobFailure` VIDEO_UNREADABLE when not a single one can be decoded.
   */
  async *decode({ maxFrames, replay, signal }: DecodeOptions): AsyncGenerator<YuvFrame, void, undefined> {
    const copyTo = await this.#planCopy(this.expectedFrames(maxFrames), replay);
    yield* this.#decode(maxFrames, copyTo, signal);
  }

  async *#decode(
    maxFrames: number,
    copyTo: PlannedCopy | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<YuvFrame, void, undefined> {
    const { path, facts, picture, support } = this.#options;
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
      if (copyTo !== undefined && frameCount <= copyTo.maxFrames) this.#copy = { ...picture, ...copyTo, frameCount };
    } catch (error) {
      const decoderGaveUp = error instanceof FfmpegError && error.exitCode !== undefined && frameCount === 0;
      throw decoderGaveUp ? unreadable(error) : error;
    } finally {
      if (copyTo !== undefined && this.#copy?.path !== copyTo.path) await rm(copyTo.path, { force: true });
    }
  }

  /**
   * Source frame `timeline[k]` as the k-th picture, from the copy; without one, a timeline that only moves forward
   * decodes the file again. Memory stays flat in every case. The picture may be changed in place, and is valid until the
   * next one is asked for.
   */
  async *replay(timeline: Int32Array, signal: AbortSignal): AsyncGenerator<YuvFrame, void, undefined> {
    const maxFrames = timeline.reduce((most, index) => Math.max(most, index + 1), 0);
    if (maxFrames === 0) return;
    const forward = movesForwardOnly(timeline);
    if (forward && this.#copy?.format !== 'raw') {
      yield* this.#replayForward(timeline, maxFrames, signal);
      return;
    }
    const copy = this.#copy ?? (await this.#makeCopy(maxFrames, signal));
    if (copy.frameCount < maxFrames) throw tooFewFrames(copy.frameCount, maxFrames);
    yield* copy.format === 'raw' ? replayRaw(copy, timeline, signal) : replayLossless(copy, timeline, signal);
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
    for await (const frame of this.#decode(maxFrames, undefined, signal)) {
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

  async #planCopy(frames: number, replay: ReplayOrder | undefined): Promise<PlannedCopy | undefined> {
    if (this.#copy) return undefined;
    const { picture, scratchDir, rawCopyBytes = RAW_COPY_BYTES } = this.#options;
    const { bavail, bsize } = await statfs(scratchDir);
    const bytes = Math.min(rawCopyBytes, bavail * bsize * RAW_COPY_SHARE);
    const mostRawFrames = Math.floor(bytes / frameBytes(picture.width, picture.height));
    const format = copyFormat(frames, replay, mostRawFrames);
    const maxFrames = format === 'raw' ? mostRawFrames : Number.POSITIVE_INFINITY;
    return format && { path: join(scratchDir, `source-${randomUUID()}`), format, maxFrames };
  }

  async #makeCopy(maxFrames: number, signal: AbortSignal): Promise<SourceCopy> {
    const copyTo = await this.#planCopy(maxFrames, 'any');
    let frames = 0;
    for await (const _ of this.#decode(maxFrames, copyTo, signal)) frames++;
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
