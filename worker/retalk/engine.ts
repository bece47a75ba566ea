import { RETALK } from '../../schema/models.ts';
import {
  type Clip,
  type LipSyncEngine,
  type LipSyncSession,
  type PicturePixel,
  type PointedPlace,
  VOICE_SAMPLE_RATE,
  type Voice,
} from '../engines/engine.ts';
import { findSpeaker } from '../face/find-speaker.ts';
import type { KnownSpeaker } from '../face/known-speaker.ts';
import type { FaceModels } from '../face/models.ts';
import { FaceTracker } from '../face/tracker.ts';
import { JobFailure } from '../failure.ts';
import type { YuvFrame } from '../media/frame.ts';
import type { Liveliness } from '../media/lively-timeline.ts';
import { articulate, type MouthTrajectory } from '../speech/articulation.ts';
import { emphasised } from '../speech/emphasis.ts';
import type { MouthNetwork } from '../speech/mouth-network.ts';
import { ClipAnalysis } from './analysis.ts';
import { buildGallery, type Gallery } from './gallery.ts';
import { headMotion } from './head-motion.ts';
import type { MouthShape } from './mouth-shape.ts';
import { Renderer } from './renderer.ts';
import { smoothTrack } from './smoothing.ts';
import { talkingMouths } from './talking-mouths.ts';

export interface RetalkModels {
  readonly face: Pick<FaceModels, 'detector' | 'mesh'>;
  readonly mouth: MouthNetwork;
}

/**
 * The default engine: the speaker's own mouth, retrieved from the source video and posed into every frame. In the line of Video
 * Rewrite (Bregler, Covell and Slaney 1997) and Synthesizing Obama (Suwajanakorn, Seitz and Kemelmacher-Shlizerman 2017).
 * The models stay the caller's, who closes them after the last session.
 */
export function createRetalkEngine(models: RetalkModels): LipSyncEngine {
  return {
    model: RETALK.name,
    uses: new Set(RETALK.uses),
    open: (clip) => new RetalkSession(models, clip),
  };
}

class RetalkSession implements LipSyncSession {
  readonly #models: RetalkModels;
  readonly #clip: Clip;
  #speaker: KnownSpeaker | undefined;
  #analysis: ClipAnalysis | undefined;
  #gallery: Gallery | undefined;
  #talking: readonly MouthShape[] = [];
  #trajectory: MouthTrajectory | undefined;

  constructor(models: RetalkModels, clip: Clip) {
    this.#models = models;
    this.#clip = clip;
  }

  async chooseSpeaker(
    frames: AsyncIterable<YuvFrame>,
    place: PointedPlace,
  ): Promise<readonly PicturePixel[] | undefined> {
    const { frameRate, signal } = this.#clip;
    const found = await findSpeaker(this.#models.face, frames, place, { frameRate, signal });
    this.#speaker = found.speaker;
    return found.speaker ? undefined : found.faces;
  }

  async analyse(
    frames: AsyncIterable<YuvFrame>,
    progress: (framesDone: number) => void,
    ownVoice?: Voice,
  ): Promise<number> {
    const { signal, frameRate } = this.#clip;
    const analysis = new ClipAnalysis(new FaceTracker(this.#models.face, { frameRate, speaker: this.#speaker }));
    for await (const frame of frames) {
      signal.throwIfAborted();
      await analysis.add(frame);
      progress(analysis.track.length);
    }
    const exemplars = analysis.finish(frameRate);
    if (exemplars.length === 0) {
      throw new JobFailure(
        'NO_FACE',
        'No usable face was found in the video. Use a video that shows the speaker’s face.',
      );
    }
    await smoothTrack(analysis.track, frameRate);
    this.#gallery = await buildGallery(analysis.track, exemplars);
    if (ownVoice) {
      const activity = await this.#models.mouth.hear(ownVoice.samples, signal);
      const heard = { activity, seconds: ownVoice.samples.length / VOICE_SAMPLE_RATE };
      this.#talking = talkingMouths(this.#gallery, analysis.track, heard, frameRate);
    }
    this.#analysis = analysis;
    return analysis.track.length;
  }

  async articulate(voice: Voice, frameCount: number): Promise<void> {
    const { frameRate, request, signal } = this.#clip;
    const spoken = await articulate(this.#models.mouth, voice.samples, { frameRate, frameCount, signal });
    this.#trajectory = emphasised(spoken, request.articulation);
  }

  liveliness(): Liveliness | undefined {
    if (!this.#analysis || !this.#trajectory) return undefined;
    return { speech: this.#trajectory.speech, motion: headMotion(this.#analysis.track) };
  }

  async *render(timeline: Int32Array, base: AsyncIterable<YuvFrame>): AsyncIterable<YuvFrame> {
    if (!this.#analysis || !this.#gallery || !this.#trajectory) {
      throw new TypeError('render comes after analyse and articulate');
    }
    const { signal, request } = this.#clip;
    const renderer = await Renderer.plan({
      track: this.#analysis.track,
      gallery: this.#gallery,
      talking: this.#talking,
      trajectory: this.#trajectory,
      timeline,
      seed: request.seed,
      signal,
    });
    let frameNumber = 0;
    for await (const frame of base) {
      signal.throwIfAborted();
      renderer.render(frameNumber++, frame);
      yield frame;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#analysis = undefined;
    this.#gallery = undefined;
    this.#trajectory = undefined;
  }
}
