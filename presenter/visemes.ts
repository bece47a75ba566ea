import { smoothstep } from './noise.ts';
import { type MouthPose, RESTING_MOUTH } from './pose.ts';

/** One sound of a recording, in seconds from its start. Pauses are the gaps between sounds. */
export interface Phoneme {
  readonly start: number;
  readonly end: number;
  readonly ipa: string;
}

interface Viseme {
  readonly opening: number;
  readonly width: number;
  readonly tongue?: number;
  /** How strongly the sound insists on its lips: 1 a vowel, near 0 a sound that only the tongue makes. */
  readonly dominance: number;
}

const TONGUE_ONLY = 0.25;

/** What the lips do for each sound; a diphthong is its first part here and its second in `GLIDES`. */
const VISEMES: Readonly<Record<string, Viseme>> = {
  ɑ: { opening: 0.62, width: 0.05, dominance: 1 },
  æ: { opening: 0.54, width: 0.3, dominance: 1 },
  ʌ: { opening: 0.42, width: 0.05, dominance: 0.9 },
  ə: { opening: 0.24, width: 0.05, dominance: 0.5 },
  ɔ: { opening: 0.46, width: -0.5, dominance: 1 },
  aʊ: { opening: 0.6, width: 0.05, dominance: 1 },
  aɪ: { opening: 0.6, width: 0.15, dominance: 1 },
  ɛ: { opening: 0.42, width: 0.35, dominance: 0.9 },
  ɝ: { opening: 0.26, width: -0.35, dominance: 0.9 },
  eɪ: { opening: 0.4, width: 0.45, dominance: 1 },
  ɪ: { opening: 0.25, width: 0.35, dominance: 0.7 },
  i: { opening: 0.2, width: 0.8, dominance: 1 },
  oʊ: { opening: 0.4, width: -0.55, dominance: 1 },
  ɔɪ: { opening: 0.46, width: -0.6, dominance: 1 },
  ʊ: { opening: 0.22, width: -0.6, dominance: 0.9 },
  u: { opening: 0.16, width: -0.9, dominance: 1 },
  w: { opening: 0.1, width: -1, dominance: 1 },
  ɹ: { opening: 0.18, width: -0.45, dominance: 0.6 },
  j: { opening: 0.17, width: 0.35, dominance: 0.4 },
  p: { opening: 0, width: 0, dominance: 0.8 },
  b: { opening: 0, width: 0, dominance: 0.8 },
  m: { opening: 0, width: 0, dominance: 0.8 },
  f: { opening: 0.07, width: 0.05, dominance: 0.8 },
  v: { opening: 0.07, width: 0.05, dominance: 0.8 },
  θ: { opening: 0.16, width: 0.1, tongue: 1, dominance: 0.5 },
  ð: { opening: 0.16, width: 0.1, tongue: 1, dominance: 0.5 },
  t: { opening: 0.14, width: 0.1, tongue: 0.6, dominance: TONGUE_ONLY },
  d: { opening: 0.14, width: 0.1, tongue: 0.6, dominance: TONGUE_ONLY },
  n: { opening: 0.15, width: 0.1, tongue: 0.8, dominance: TONGUE_ONLY },
  l: { opening: 0.22, width: 0.1, tongue: 1, dominance: TONGUE_ONLY },
  s: { opening: 0.08, width: 0.35, dominance: 0.5 },
  z: { opening: 0.08, width: 0.35, dominance: 0.5 },
  ʃ: { opening: 0.14, width: -0.65, dominance: 0.8 },
  ʒ: { opening: 0.14, width: -0.65, dominance: 0.8 },
  tʃ: { opening: 0.13, width: -0.6, dominance: 0.8 },
  dʒ: { opening: 0.13, width: -0.6, dominance: 0.8 },
  k: { opening: 0.2, width: 0.1, dominance: TONGUE_ONLY },
  ɡ: { opening: 0.2, width: 0.1, dominance: TONGUE_ONLY },
  ŋ: { opening: 0.2, width: 0.1, dominance: TONGUE_ONLY },
  h: { opening: 0.28, width: 0.05, dominance: TONGUE_ONLY },
};

const GLIDES: Readonly<Record<string, string>> = { aʊ: 'ʊ', aɪ: 'ɪ', eɪ: 'ɪ', oʊ: 'ʊ', ɔɪ: 'ɪ' };
const SEALED = new Set(['p', 'b', 'm']);
const BITTEN = new Set(['f', 'v']);

/** Reach of a sound's lips into its neighbours: dominance falls to 1/e in this time. */
const REACH_SECONDS = 0.05;
/** Lips take their place a little before the sound. */
const LEAD_SECONDS = 0.03;
/** Time in which lips come together for a seal and part after it. */
const SEAL_RAMP_SECONDS = 0.045;
/** A shorter pause doesn't bring the lips to rest. */
const SHORT_PAUSE_SECONDS = 0.12;

/** All sounds that the table knows. */
export const KNOWN_SOUNDS: ReadonlySet<string> = new Set(Object.keys(VISEMES));

interface Target {
  readonly time: number;
  readonly viseme: Viseme;
}

const AT_REST: Viseme = { opening: 0, width: 0, dominance: 1.4 };

/**
 * The mouth that says the given sounds, as a function of time in seconds. Dominance functions blend neighbours (Cohen and
 * Massaro 1993); seals and bites are not blended but taken at their strongest within `sampleSeconds`, so that none is
 * lost between two frames. Throws a RangeError for a sound that the table doesn't know.
 */
export function mouthTrack(phonemes: readonly Phoneme[], sampleSeconds: number): (timeSeconds: number) => MouthPose {
  const targets = targetsOf(phonemes);
  const contacts = (sounds: ReadonlySet<string>) => phonemes.filter((phoneme) => sounds.has(phoneme.ipa));
  const seals = contacts(SEALED);
  const bites = contacts(BITTEN);
  return (timeSeconds) => {
    const time = timeSeconds + LEAD_SECONDS;
    let weights = 0;
    let opening = 0;
    let width = 0;
    let tongue = 0;
    for (const { time: at, viseme } of targets) {
      const distance = Math.abs(time - at);
      if (distance > REACH_SECONDS * 9) continue;
      const weight = viseme.dominance * Math.exp(-distance / REACH_SECONDS);
      weights += weight;
      opening += weight * viseme.opening;
      width += weight * viseme.width;
      tongue += weight * (viseme.tongue ?? 0);
    }
    if (weights < 1e-6) return RESTING_MOUTH;
    return {
      opening: opening / weights,
      width: width / weights,
      closure: contact(seals, time, sampleSeconds),
      teethOnLip: contact(bites, time, sampleSeconds),
      tongue: tongue / weights,
    };
  };
}

function targetsOf(phonemes: readonly Phoneme[]): Target[] {
  const targets: Target[] = [];
  let previousEnd = 0;
  const rest = (from: number, to: number) => {
    for (let time = from + 0.08; time < to - 0.04; time += REACH_SECONDS) targets.push({ time, viseme: AT_REST });
  };
  for (const { start, end, ipa } of phonemes) {
    const viseme = VISEMES[ipa];
    if (!viseme) throw new RangeError(`no mouth is known for the sound "${ipa}"`);
    if (start - previousEnd >= SHORT_PAUSE_SECONDS) rest(previousEnd, start);
    const glide = GLIDES[ipa];
    targets.push({ time: start + (end - start) * (glide ? 0.35 : 0.5), viseme });
    if (glide) targets.push({ time: start + (end - start) * 0.85, viseme: VISEMES[glide] });
    previousEnd = end;
  }
  rest(previousEnd, previousEnd + 2);
  return targets;
}

/** Strongest of the contacts within half a sample of `time`: 1 while the sound lasts, ramps around it. */
function contact(sounds: readonly Phoneme[], time: number, sampleSeconds: number): number {
  let strongest = 0;
  for (const { start, end } of sounds) {
    const outside = Math.max(0, Math.max(start - time, time - end) - sampleSeconds / 2);
    strongest = Math.max(strongest, smoothstep(SEAL_RAMP_SECONDS, 0, outside));
  }
  return strongest;
}
