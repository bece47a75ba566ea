import { decideContacts } from './contact.ts';
import { type FrameTimes, maxPerFrame, meanPerFrame, type Track } from './frame-sampling.ts';
import { ACTIVITY_RATE, type MouthActivity, type MouthNetwork } from './mouth-network.ts';
import { mouthPresence } from './mouth-presence.ts';
import { findVoice } from './voice-activity.ts';

/** What the mouth has to do, one value per output frame. All zero is the mouth at rest: lips together, neither rounded nor spread. */
export interface MouthTrajectory {
  /** Inner-lip opening: 0 lips together … 1 as open as this voice's most open vowels, beyond it only with emphasis. 0 wherever `closure` is 1. */
  readonly opening: Float32Array;
  /** −1 rounded (“oo”) … 0 as at rest … +1 spread (“ee”). */
  readonly width: Float32Array;
  /** Lips pressed together for p, b, m: 1 sealed; below 0.5 means no seal. */
  readonly closure: Float32Array;
  /** Lower lip at the upper teeth for f, v: 1 touching; below 0.5 means no contact. */
  readonly labiodental: Float32Array;
  /** 0 nobody speaks, the mouth rests … 1 it talks; in between it comes from rest or goes there. */
  readonly speech: Float32Array;
}

export interface ArticulationOptions {
  readonly frameRate: number;
  readonly frameCount: number;
  /** How long before its sound a shape shows. Default `LIP_LEAD_SECONDS`. */
  readonly leadSeconds?: number;
  readonly signal?: AbortSignal;
}

/**
 * The lips take their shape before it sounds: by 20–70 ms in running speech (Schwartz and Savariaux 2014). On real clips the network's
 * opening matches the lips best with a lead of two frames in one set of sixteen and of none in another of eight, so one frame at
 * 25 frames per second errs least; and viewers notice lips 45 ms late long before lips 125 ms early (ITU-R BT.1359).
 */
export const LIP_LEAD_SECONDS = 0.04;

/**
 * Hears a voice and tells the mouth of every output frame. `samples` is 16 kHz mono, −1…1, with sample 0 at the time of frame 0;
 * loudness doesn't matter. Where there is no voice (silence, music, noise, past the end) the trajectory is exactly at rest.
 * Rejects with the signal's reason when it aborts.
 */
export async function articulate(
  network: MouthNetwork,
  samples: Float32Array,
  options: ArticulationOptions,
): Promise<MouthTrajectory> {
  const { frameRate, frameCount, leadSeconds = LIP_LEAD_SECONDS, signal } = options;
  const activity = await network.hear(samples, signal);
  return trajectoryOf(activity, { frameRate, frameCount, offsetSeconds: leadSeconds });
}

/** The rules that make a trajectory of what the network heard; pure. */
export function trajectoryOf(activity: MouthActivity, times: FrameTimes): MouthTrajectory {
  const voice = findVoice(activity.speech);
  const presence = mouthPresence(voice, activity.speech.length, ACTIVITY_RATE);
  const present = (values: Float32Array) => values.map((value, k) => value * presence[k]);
  // A seal isn't made weaker by the voice that only sets in after it: word-initial p is silent until it bursts.
  const nearVoice = (values: Float32Array) => values.map((value, k) => (presence[k] > 0 ? value : 0));

  const track = (values: Float32Array): Track => ({ values, rate: ACTIVITY_RATE });
  const lips = decideContacts(stronger(activity.closure, activity.labiodental));
  const teeth = decideContacts(stronger(activity.labiodental, activity.closure));
  const closure = maxPerFrame(track(nearVoice(lips)), times);
  const labiodental = maxPerFrame(track(nearVoice(teeth)), times).map((value, k) => (closure[k] < 0.5 ? value : 0));
  const opening = meanPerFrame(track(present(articulated(activity.opening, voice, FULL_OPENING))), times);
  return {
    opening: opening.map((value, k) => value * (1 - closure[k]) * (1 - LABIODENTAL_NARROWING * labiodental[k])),
    width: meanPerFrame(track(present(articulated(activity.width, voice, FULL_WIDTH))), times),
    closure,
    labiodental,
    speech: meanPerFrame(track(presence), times),
  };
}

/** Lips can't touch each other and the teeth at once: the likelier contact stays. */
function stronger(contact: Float32Array, rival: Float32Array): Float32Array {
  return contact.map((probability, k) => (probability >= rival[k] ? probability : 0));
}

/** The lower lip at the teeth leaves only a slit. */
const LABIODENTAL_NARROWING = 0.8;

interface Reach {
  /** The quantile of the voice's values, by size, that is brought to `target`. */
  readonly quantile: number;
  readonly target: number;
  readonly largestGain: number;
}

/**
 * A network trained on squared error shies away from extremes, while viewers prefer lips that do too much to lips that do too
 * little. So each voice is stretched to use the range. The gain is bounded: a voice that really mumbles stays a quiet mouth.
 */
const FULL_OPENING: Reach = { quantile: 0.97, target: 0.95, largestGain: 1.7 };
const FULL_WIDTH: Reach = { quantile: 0.95, target: 0.8, largestGain: 2 };

function articulated(values: Float32Array, voice: readonly { start: number; end: number }[], reach: Reach) {
  const voiced = voice.flatMap(({ start, end }) => Array.from(values.subarray(start, end), Math.abs));
  if (voiced.length === 0) return values;
  voiced.sort((a, b) => a - b);
  const reached = voiced[Math.floor(reach.quantile * (voiced.length - 1))];
  const gain = Math.min(reach.largestGain, Math.max(1, reach.target / reached));
  return values.map((value) => Math.max(-1, Math.min(1, value * gain)));
}
