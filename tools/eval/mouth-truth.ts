import type { Voice } from '../../worker/engines/engine.ts';
import { VOICE_SAMPLE_RATE } from '../../worker/engines/engine.ts';
import { delayed } from '../../worker/quality/frame-shift.ts';
import { alongTimeline, type MouthSeries } from '../../worker/quality/mouth-series.ts';
import { recogniseOwnSpeech } from '../../worker/speech/adaptation/own-speech.ts';
import type { MouthNetwork } from '../../worker/speech/mouth-network.ts';

/** How much of a clip's own sound may be learnt from. */
export type LearnFrom = 'all' | 'firstHalf' | 'nothing';

/** The part of a source's own sound that may be learnt from. */
export function learnable(voice: Voice | undefined, learnFrom: LearnFrom): Voice | undefined {
  if (!voice || learnFrom === 'nothing') return undefined;
  const { samples } = voice;
  return learnFrom === 'all' ? voice : { samples: samples.subarray(0, samples.length >> 1) };
}

export interface OriginalMouth {
  /** The mouth that the result is held against. */
  readonly mouth: MouthSeries;
  /** How much the file's sound was found to be late; unset when mouth and voice don't agree convincingly. */
  readonly soundLateSeconds?: number;
}

export interface OriginalOptions {
  /** The original mouth in each frame of the source, of which the result may be only a part. */
  readonly original: MouthSeries;
  /** Source frame of each frame of the result. */
  readonly timeline: Int32Array;
  /** Its own voice. */
  readonly voice: Voice;
  readonly frameRate: number;
  readonly learnFrom: LearnFrom;
  readonly network: MouthNetwork;
}

/**
 * The original mouth, moved to where it would be if the file's sound were in time: a result in sync isn't to be blamed for the file's
 * own fault.
 */
export async function originalInTime(options: OriginalOptions): Promise<OriginalMouth> {
  const { original, timeline, frameRate, learnFrom } = options;
  const voice = learnable(options.voice, learnFrom);
  if (!voice) return { mouth: alongTimeline(original, timeline) };
  const heard = {
    activity: await options.network.hear(voice.samples),
    seconds: voice.samples.length / VOICE_SAMPLE_RATE,
  };
  const own = recogniseOwnSpeech(heard, { ...original, frameRate });
  if (!own) return { mouth: alongTimeline(original, timeline) };
  const { soundLateSeconds } = own;
  return { mouth: alongTimeline(delayed(original, soundLateSeconds * frameRate), timeline), soundLateSeconds };
}
