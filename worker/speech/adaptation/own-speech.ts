import { LIP_LEAD_SECONDS, trajectoryOf } from '../articulation.ts';
import { type Agreement, agreementAt, type FilmedMouth, frameCountWithSound, type HeardVoice } from './agreement.ts';

/** A clip whose sound was recognised as the speech of the mouth in it. */
export interface OwnSpeech {
  /** How much later the file's sound is than it should be, for lips that lead by `LIP_LEAD_SECONDS`; negative: too early. */
  readonly soundLateSeconds: number;
  readonly agreement: Agreement;
  /** For every frame of the clip: whether the mouth is seen talking. */
  readonly talking: readonly boolean[];
}

/** Sound that is further off is noticed by everybody, and rare; a wider search would only find more accidents. */
const FURTHEST_OFF_SECONDS = 0.3;
const STEP_SECONDS = 0.02;
/** How far the sound of files is usually off, as a standard deviation: that of ten clips was 0.06. */
const USUALLY_OFF_SECONDS = 0.08;
/**
 * Agreement that convinces: reached by seven of nine clips of talking people with their own voices, and by none of 198 pairs of a clip
 * and a foreign voice, a singer or music.
 */
const CONVINCING = { evidence: 3, opening: 0.3, seconds: 2 };
/** Frames that surely talk: the mouth neither comes from rest nor goes there. */
const SURELY_TALKING = 0.9;

/**
 * Recognises the voice as that of the filmed mouth and finds how far the file's sound is off: the most likely offset, given how
 * well mouth and voice agree and how far sound is usually off. `undefined` when they don't agree convincingly: music, somebody
 * else's voice, a mouth that is hardly seen.
 */
export function recogniseOwnSpeech(voice: HeardVoice, mouth: FilmedMouth): OwnSpeech | undefined {
  let best: { off: number; agreement: Agreement; score: number } | undefined;
  const steps = Math.round(FURTHEST_OFF_SECONDS / STEP_SECONDS);
  for (let step = -steps; step <= steps; step++) {
    const off = step * STEP_SECONDS;
    const agreement = agreementAt(voice, mouth, LIP_LEAD_SECONDS + off);
    const score = agreement.evidence - 0.5 * (off / USUALLY_OFF_SECONDS) ** 2;
    if (!best || score > best.score) best = { off, agreement, score };
  }
  if (!best || best.score < CONVINCING.evidence) return undefined;
  const { off, agreement } = best;
  if (agreement.opening < CONVINCING.opening || agreement.seconds < CONVINCING.seconds) return undefined;
  return { soundLateSeconds: off, agreement, talking: talkingFrames(voice, mouth, LIP_LEAD_SECONDS + off) };
}

function talkingFrames(voice: HeardVoice, mouth: FilmedMouth, offsetSeconds: number): boolean[] {
  const frameCount = frameCountWithSound(voice, mouth);
  const { speech } = trajectoryOf(voice.activity, { frameRate: mouth.frameRate, frameCount, offsetSeconds });
  return Array.from(mouth.opening, (_, k) => k < frameCount && speech[k] > SURELY_TALKING);
}
