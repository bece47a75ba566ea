import { join } from 'node:path';
import type { Stage } from '../../schema/job.ts';
import type { TalkV2VRequest } from '../../schema/request.ts';
import type { LipSyncEngine, Voice } from '../engines/engine.ts';
import { SourceVideo } from '../media/decode.ts';
import { encodeResult } from '../media/encode.ts';
import type { YuvFrame } from '../media/frame.ts';
import { planLivelyTimeline } from '../media/lively-timeline.ts';
import {
  type OutputLength,
  type OutputPicture,
  planLength,
  planPicture,
  sourceFrameLimit,
} from '../media/output-plan.ts';
import type { FilterSupport } from '../media/picture-filters.ts';
import { makePoster } from '../media/poster.ts';
import { type AudioFacts, probeAudio, probeVideo, type VideoFacts } from '../media/probe.ts';
import { toNumber } from '../media/rational.ts';
import { type VerifiedResult, verifyResult } from '../media/verify.ts';
import { type DecodedVoice, decodeVoice } from '../media/voice.ts';
import { together } from '../together.ts';
import { chooseSpeaker, pointedPlace } from './choose-speaker.ts';
import { decodeOwnVoice } from './own-voice.ts';

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
  const [[facts, ownVoice], [voiceFacts, voice]] = await together(signal, (either) => [
    readSource(options.videoPath, either),
    readVoice(options.voicePath, request, either),
  ]);
  const picture = planPicture(request, facts);
  const frameRate = toNumber(picture.frameRate);

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
  const pointed = request.speaker && pointedPlace(request.speaker, facts, picture);
  const maxFrames = Math.max(needed, Math.round(LIBRARY_SECONDS * frameRate), (pointed?.frame ?? 0) + 1);
  if (pointed) await chooseSpeaker(session, { pointed, picture, frames: source.decode({ maxFrames, signal }) });
  const expected = source.expectedFrames(maxFrames);
  const replay = goesBack(request, expected, voice.seconds * frameRate) ? 'any' : 'forward';
  const frames = source.decode({ maxFrames, replay, signal });
  const sourceFrames = await session.analyse(frames, (done) => report('analyse', done / expected), ownVoice);

  const length = planLength(request, picture.frameRate, voice.seconds, sourceFrames);
  await options.onLength?.(length.seconds);

  report('articulate', 0);
  await session.articulate(voice, length.frames);

  report('render', 0);
  const timeline = await planLivelyTimeline({
    mode: request.syncMode,
    sourceFrames,
    outputFrames: length.frames,
    frameRate,
    liveliness: session.liveliness?.(),
  });
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
  const posterPath = join(directory, 'poster.jpg');
  const { width, height } = picture;
  const [verified] = await together(signal, (either) => [
    verifyResult(path, { width, height, frameRate: picture.frameRate, frameCount: length.frames }, either),
    makePoster({ video: path, videoSeconds: length.seconds, out: posterPath }, either),
  ]);
  return { path, posterPath, picture, length, verified };
}

async function readSource(path: string, signal: AbortSignal): Promise<[VideoFacts, Voice | undefined]> {
  const facts = await probeVideo(path, signal);
  return [facts, await decodeOwnVoice(path, facts, signal)];
}

async function readVoice(
  path: string,
  request: TalkV2VRequest,
  signal: AbortSignal,
): Promise<[AudioFacts, DecodedVoice]> {
  const facts = await probeAudio(path, signal);
  return [facts, await decodeVoice(path, facts, { useSeconds: request.audioDuration, signal })];
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

/** Whether the result will probably show source frames again. */
function goesBack(request: TalkV2VRequest, sourceFrames: number, voiceFrames: number): boolean {
  return request.syncMode !== 'remap' && request.syncMode !== 'cut_off' && voiceFrames > sourceFrames;
}
