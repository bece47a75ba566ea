import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stage } from '../../schema/job.ts';
import type { TalkV2VRequest } from '../../schema/request.ts';
import type { LipSyncEngine, Voice } from '../../worker/engines/engine.ts';
import type { Landmarks } from '../../worker/face/landmarks.ts';
import type { FaceModels } from '../../worker/face/models.ts';
import { SourceVideo } from '../../worker/media/decode.ts';
import { detectFilterSupport } from '../../worker/media/filter-support.ts';
import { type OutputPicture, planPicture } from '../../worker/media/output-plan.ts';
import type { FilterSupport } from '../../worker/media/picture-filters.ts';
import { probeVideo } from '../../worker/media/probe.ts';
import { toNumber } from '../../worker/media/rational.ts';
import { renderVideo } from '../../worker/pipeline/render-video.ts';
import { mouthsFrom, trajectoryFrom } from '../../worker/quality/frame-shift.ts';
import { contactsFrom, knownContacts, type SpokenSound } from '../../worker/quality/known-contacts.ts';
import { lumaOf } from '../../worker/quality/luma.ts';
import { assessMouth, type MouthReport } from '../../worker/quality/mouth-report.ts';
import { measureMouths } from '../../worker/quality/mouth-series.ts';
import {
  type EncodedPictureReport,
  RenderedPictureMeter,
  type RenderedPictureReport,
} from '../../worker/quality/picture-meter.ts';
import { articulate, LIP_LEAD_SECONDS } from '../../worker/speech/articulation.ts';
import type { MouthNetwork } from '../../worker/speech/mouth-network.ts';
import { compareResult } from './compare-result.ts';
import { ContactSheet } from './contact-sheet.ts';
import { type LearnFrom, learnable, originalInTime } from './mouth-truth.ts';
import { StageClock } from './stage-clock.ts';
import { trackFaces } from './track-faces.ts';
import { type EngineWatcher, watched } from './watched-engine.ts';

export interface EvaluationOptions {
  readonly videoPath: string;
  readonly voicePath: string;
  readonly request: TalkV2VRequest;
  readonly engine: LipSyncEngine;
  readonly faceModels: FaceModels;
  readonly mouthNetwork: MouthNetwork;
  /** The voice is the video's own, so its mouth is the truth. */
  readonly reference: boolean;
  /** How much of the clip's own sound the engine and the measures may learn from. */
  readonly learnFrom: LearnFrom;
  /** Measure mouths in the second half only. */
  readonly secondHalf: boolean;
  /** The sounds of the voice, where they are known. */
  readonly sounds?: readonly SpokenSound[];
  /** Where to leave the result. */
  readonly outPath?: string;
  /** Where to leave a PNG of source and result. */
  readonly sheetPath?: string;
  readonly signal: AbortSignal;
}

export interface Evaluation extends MouthReport, RenderedPictureReport, EncodedPictureReport {
  readonly model: string;
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  readonly frames: number;
  /** Frames of the result in which the landmark model finds a face. */
  readonly framesWithFace: number;
  /** Frames of the result for each second that analysing, rendering and encoding took. */
  readonly framesPerSecond: number;
  /** Most memory that this process held until the result was written; ffmpeg is not counted. */
  readonly peakRssMb: number;
  readonly stageMs: Partial<Record<Stage, number>>;
  /** With `reference`: how much later than the mouth the file's own sound was found to be. */
  readonly soundLateSeconds?: number;
}

/** Renders a result with no service involved and measures it from outside. Throws what `renderVideo` throws. */
export async function evaluate(options: EvaluationOptions): Promise<Evaluation> {
  const directory = await mkdtemp(join(tmpdir(), 'talk-v2v-eval-'));
  try {
    return await evaluateIn(directory, options);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function evaluateIn(directory: string, options: EvaluationOptions): Promise<Evaluation> {
  const { request, engine, faceModels, signal } = options;
  const support = await detectFilterSupport(signal);
  const facts = await probeVideo(options.videoPath, signal);
  const picture = planPicture(request, facts);
  const frameRate = toNumber(picture.frameRate);
  await using source = new SourceVideo({ path: options.videoPath, facts, picture, support, scratchDir: directory });
  const decoded = source.decode({ maxFrames: Number.MAX_SAFE_INTEGER, signal });
  const sourceFaces = await trackFaces(decoded, faceModels, frameRate);

  const clock = new StageClock();
  const watcher = new RunWatcher(sourceFaces, clock);
  const rendered = await renderVideo({
    ...options,
    engine: watched(engine, watcher, (ownVoice) => learnable(ownVoice, options.learnFrom)),
    support,
    directory,
    report: (stage) => clock.enter(stage),
  });
  const stageMs = clock.stop();
  const peakRssMb = process.resourceUsage().maxRSS / 1024;
  const { timeline, voice } = watcher.run();

  await using result = await openResult(rendered.path, picture, support, directory, signal);
  const sheet = options.sheetPath === undefined ? undefined : new ContactSheet(timeline.length);
  const comparison = await compareResult({
    result: result.decode({ maxFrames: timeline.length, signal }),
    source: source.replay(timeline, signal),
    timeline,
    sourceFaces,
    models: faceModels,
    frameRate,
    sheet,
  });
  if (options.sheetPath !== undefined) await sheet?.write(options.sheetPath, signal);
  if (options.outPath !== undefined) await copyFile(rendered.path, options.outPath);

  const wanted = await articulate(options.mouthNetwork, voice.samples, {
    frameRate,
    frameCount: timeline.length,
    signal,
  });
  const original = options.reference
    ? await originalInTime({
        original: measureMouths(sourceFaces),
        timeline,
        voice,
        frameRate,
        learnFrom: options.learnFrom,
        network: options.mouthNetwork,
      })
    : undefined;
  const grid = { frameRate, frameCount: timeline.length, leadSeconds: LIP_LEAD_SECONDS };
  const contacts = options.sounds && knownContacts(options.sounds, grid);
  const start = options.secondHalf ? timeline.length >> 1 : 0;
  const workMs = (stageMs.analyse ?? 0) + (stageMs.articulate ?? 0) + (stageMs.render ?? 0) + (stageMs.encode ?? 0);
  return {
    model: engine.model,
    width: picture.width,
    height: picture.height,
    frameRate,
    frames: timeline.length,
    framesWithFace: comparison.faces.filter((face) => face !== undefined).length,
    ...assessMouth(trajectoryFrom(wanted, start), mouthsFrom(measureMouths(comparison.faces), start), {
      original: original && mouthsFrom(original.mouth, start),
      contacts: contacts && contactsFrom(contacts, start),
    }),
    ...watcher.pictures.report(),
    ...comparison.pictures,
    framesPerSecond: (timeline.length * 1000) / workMs,
    peakRssMb,
    stageMs,
    soundLateSeconds: original?.soundLateSeconds,
  };
}

/** The finished file as frames of the size and rate that it has. */
async function openResult(
  path: string,
  { width, height, frameRate }: OutputPicture,
  support: FilterSupport,
  scratchDir: string,
  signal: AbortSignal,
): Promise<SourceVideo> {
  const fit = { scaledWidth: width, scaledHeight: height, placement: { kind: 'exact' } } as const;
  const facts = await probeVideo(path, signal);
  return new SourceVideo({ path, facts, picture: { width, height, frameRate, fit }, support, scratchDir });
}

/** Measures the pictures while they are rendered, off the clock, and keeps what the run was about. */
class RunWatcher implements EngineWatcher {
  readonly pictures = new RenderedPictureMeter();
  readonly #sourceFaces: readonly (Landmarks | undefined)[];
  readonly #clock: StageClock;
  #voice: Voice | undefined;
  #timeline: Int32Array | undefined;

  constructor(sourceFaces: readonly (Landmarks | undefined)[], clock: StageClock) {
    this.#sourceFaces = sourceFaces;
    this.#clock = clock;
  }

  heard(voice: Voice): void {
    this.#voice = voice;
  }

  planned(timeline: Int32Array): void {
    this.#timeline = timeline;
  }

  rendered(result: Parameters<EngineWatcher['rendered']>[0], source: typeof result, frameNumber: number): void {
    const started = performance.now();
    const sourceFrame = this.run().timeline[frameNumber];
    const sourcePoints = this.#sourceFaces[sourceFrame];
    this.pictures.add({ result: lumaOf(result), source: lumaOf(source), sourceFrame, sourcePoints });
    this.#clock.exclude(performance.now() - started);
  }

  run(): { readonly timeline: Int32Array; readonly voice: Voice } {
    if (!this.#timeline || !this.#voice) throw new TypeError('the engine has not rendered yet');
    return { timeline: this.#timeline, voice: this.#voice };
  }
}
