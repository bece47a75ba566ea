import { NEW_WORDS, OWN_WORDS, phonemesOf } from '../../../presenter/clip.ts';
import type { Phoneme } from '../../../presenter/visemes.ts';
import { probeAudio } from '../../../worker/media/probe.ts';
import { decodeVoice } from '../../../worker/media/voice.ts';

export interface SpokenVoice {
  /** 16 kHz mono. */
  readonly samples: Float32Array;
  readonly phonemes: readonly Phoneme[];
}

/** The presenter's recordings, as the worker decodes them, with the sounds that are spoken in them. */
export async function presenterVoices(): Promise<{ own: SpokenVoice; new: SpokenVoice }> {
  const signal = AbortSignal.timeout(60_000);
  const load = async (voice: typeof OWN_WORDS): Promise<SpokenVoice> => {
    const facts = await probeAudio(voice.audioPath, signal);
    const { samples } = await decodeVoice(voice.audioPath, facts, { signal });
    return { samples, phonemes: await phonemesOf(voice) };
  };
  return { own: await load(OWN_WORDS), new: await load(NEW_WORDS) };
}

export function joined(...parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** White noise between ±`peak`, the same on every run. */
export function noise(length: number, peak: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 31 - 1) * peak;
  });
}
