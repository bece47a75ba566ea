import { join } from 'node:path';
import type { Stage } from '../../schema/job.ts';
import { MAX_OUTPUT_SECONDS, type TalkV2VRequest } from '../../schema/request.ts';
import type { LipSyncEngine } from '../engines/engine.ts';
import { SourceVideo } from '../media/decode.ts';
import { encodeResult } from '../media/encode.ts';
import type { YuvFrame } from '../media/frame.ts';
import {
  type OutputLength,
  type OutputPicture,
  planLength,
  planPicture,
  sourceFrameLimit,
} from '../media/output-plan.ts';
import type { FilterSupport } from '../media/picture-filters.ts';
import { makePoster } from '../media/poster.ts';
import { probeAudio, probeVideo, type VideoFacts } from '../media/probe.ts';
import { toNumber } from '../media/rational.ts';
import { planTimeline } from '../media/timeline.ts';
import { type VerifiedResult, verifyResult } from '../media/verify.ts';
import { decodeVoice } from '../media/voice.ts';

/**
 * The source is read at least this far, even for a short voice: more of the speaker's mouth makes a better library,
 * and beyond this it hardly does.
 */
const LIBRARY_SECONDS = 20;

export interface RenderOptions {
  readonly videoPath: string;
  readonly voicePath: string;
  readonly request: TalkV2VRequest;
  readonly engine: LipSyncEngine;
  readonly support: FilterSupport;
  /** A folder of this job's own, for the result and intermediate files. */
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly report: (stage: Stage, fraction: number) => void;
  /** Called once the length of the result is known, before anything is rendered; what it throws ends the job. */
  readonly onLength?: (seconds: number) => Promise<void>;
}

export interface RenderedVideo {
  readonly path: string;
  readonly posterPath: string;
  readonly picture: OutputPicture;
  readonly length: OutputLength;
  readonly verified: VerifiedResult;
}

/**
 * Two files in, a verified MP4 and its poster out: every stage of a job but fetching and storing, with no service
 * involved. Throws `JobFailure` for what the caller must mend, and the signal's reason when it is aborted.
 */
export async function renderVideo(options: RenderOptions): Promise<RenderedVideo> {
  const { request, signal, report, directory } = options;
  report('probe', 0);
  const [facts, voiceFacts] = await Promise.all([
    probeVideo(options.videoPath, signal),
    probeAudio(options.voicePath, signal),
  ]);
  const picture = planPicture(request, facts);
  const frameRate = toNumber(picture.frameRate);
  const voice = await decodeVoice(options.voicePath, voiceFacts, { useSeconds: request.audioDuration, signal });

  await using source = new SourceVideo({
    path: options.videoPath,
    facts,
    picture,
    support: options.support,
    scratchDir: directory,
  });
  await using session = options.engine.open({
    width: picture.width,
    height: picture.height,
    frameRate,
    request,
    signal,
  });

  report('analyse', 0);
  const needed = sourceFrameLimit(request, picture.frameRate, voice.seconds);
  const maxFrames = Math.max(needed, Math.round(LIBRARY_SECONDS * frameRate));
  const expected = expectedFrames(facts, frameRate, maxFrames);
  const keep = goesBack(request, expected, voice.seconds * frameRate);
  const frames = source.decode({ maxFrames, keep, signal });
  const sourceFrames = await session.analyse(frames, (done) => report('analyse', done / expected));

  const length = planLength(request, picture.frameRate, voice.seconds, sourceFrames);
  await options.onLength?.(length.seconds);

  report('articulate', 0);
  await session.articulate(voice, length.frames);

  report('render', 0);
  const timeline = planTimeline(request.syncMode, sourceFrames, length.frames);
  const rendered = session.render(timeline, source.replay(timeline, signal));
  const path = join(directory, 'result.mp4');
  await encodeResult({
    width: picture.width,
    height: picture.height,
    frameRate: picture.frameRate,
    frameCount: length.frames,
    crf: request.crf,
    sound: {
      path: options.voicePath,
      facts: voiceFacts,
      decodedSeconds: voice.seconds,
      heardSeconds: length.voiceSeconds,
    },
    frames: counted(rendered, length.frames, report),
    out: path,
    signal,
  });

  report('verify', 0);
  const verified = await verifyResult(
    path,
    { width: picture.width, height: picture.height, frameRate: picture.frameRate, frameCount: length.frames },
    signal,
  );
  const posterPath = join(directory, 'poster.jpg');
  await makePoster({ video: path, videoSeconds: verified.seconds, out: posterPath }, signal);
  return { path, posterPath, picture, length, verified };
}

/** Reports each frame as it leaves; after the last one, what remains is the encoder's. */
async function* counted(
  frames: AsyncIterable<YuvFrame>,
  total: number,
  report: (stage: Stage, fraction: number) => void,
): AsyncGenerator<YuvFrame> {
  let done = 0;
  for await (const frame of frames) {
    yield frame;
    done += 1;
    report('render', done / total);
  }
  report('encode', 0);
}

/** A guess for the progress bar: files don't always tell their length, and not always the truth. */
function expectedFrames(facts: VideoFacts, frameRate: number, maxFrames: number): number {
  const seconds = facts.durationSeconds ?? MAX_OUTPUT_SECONDS;
  return Math.max(1, Math.min(maxFrames, Math.round(seconds * frameRate)));
}

/** Whether the result will probably show source frames again, so that a copy to read backwards is worth keeping. */
function goesBack(request: TalkV2VRequest, sourceFrames: number, voiceFrames: number): boolean {
  return request.syncMode !== 'remap' && request.syncMode !== 'cut_off' && voiceFrames > sourceFrames;
}
