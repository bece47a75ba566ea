import type { MouthTrajectory } from '../speech/articulation.ts';
import type { MouthShape } from './mouth-shape.ts';

/** The range of one person's mouth, in units of the canonical face. */
export interface MouthRange {
  /** Lips just together. */
  readonly closed: number;
  /** Opening of the most open vowels. */
  readonly open: number;
  /** The shape between sentences. */
  readonly rest: MouthShape;
  readonly rounded: number;
  readonly spread: number;
}

/** What the mouth of one output frame must look like. */
export interface WantedMouth extends MouthShape {
  /** Lips pressed together: no gap anywhere. */
  readonly sealed: boolean;
}

/**
 * How far an adult's mouth opens for the most open vowels, in units of hairline to nose base: between the limits in the clips of
 * talking people that were measured, and typically what a clip of somebody who doesn't talk is given.
 */
const TYPICAL_OPEN = 0.12;
const LEAST_OPEN = 0.1;
const MOST_OPEN = 0.3;
const MOST_CLOSED = 0.02;
/** Speech rounds and spreads the mouth by at least these shares of its width at rest, and no further than those. */
const ROUNDED = { least: 0.07, most: 0.2 };
const SPREAD = { least: 0.04, most: 0.14 };

/** Openings of clips in which nobody talks spread by 0.01 at most, those of talking clips by 0.045 and more. */
const STILL_SPREAD = 0.025;
/** How much of the range may stand open at rest. */
const MOST_OPEN_AT_REST = 0.1;

/** Frames of talking that show a habit. */
const LEAST_TALKING = 40;
/** The least that somebody's mouth is opened who was seen to talk with hardly open lips: viewers prefer too much to too little. */
const LEAST_OPEN_SEEN = 0.06;

/**
 * Reads the range off the mouths of a clip, by quantiles: single mistaken frames must not stretch it. Where it is known which of them
 * were talking, how far they open is this person's habit, and what is typical of others no longer counts. (The same for widths
 * brought nothing on the unseen halves of clips.)
 */
export function mouthRange(mouths: readonly MouthShape[], talking: readonly MouthShape[] = []): MouthRange {
  const range = likelyRange(mouths);
  if (talking.length < LEAST_TALKING) return range;
  const { closed, rest } = range;
  const most = quantile(sorted(talking.map((mouth) => mouth.opening)), 0.96);
  const open = closed + within(most - closed, { least: LEAST_OPEN_SEEN, most: MOST_OPEN });
  return { ...range, open, rest: { ...rest, opening: atRest(rest.opening, closed, open) } };
}

/** A smile may show its teeth all along; somebody caught in the middle of a word is not at rest. */
function atRest(usual: number, closed: number, open: number): number {
  return Math.min(usual, closed + (open - closed) * MOST_OPEN_AT_REST);
}

function likelyRange(mouths: readonly MouthShape[]): MouthRange {
  const openings = sorted(mouths.map((mouth) => mouth.opening));
  const widths = sorted(mouths.map((mouth) => mouth.width));
  const least = quantile(openings, 0.04);
  const most = quantile(openings, 0.96);
  const closed = Math.min(least, MOST_CLOSED);
  const isStill = most - least < STILL_SPREAD;
  const open = closed + (isStill ? TYPICAL_OPEN : Math.max(LEAST_OPEN, Math.min(most - closed, MOST_OPEN)));
  const usual = quantile(openings, isStill ? 0.5 : 0.12);
  const calm = mouths.filter((mouth) => mouth.opening <= quantile(openings, isStill ? 1 : 0.3));
  const width = median(calm.map((mouth) => mouth.width));
  return {
    closed,
    open,
    rest: { opening: isStill ? usual : atRest(usual, closed, open), width },
    rounded: width * (1 - within(1 - quantile(widths, 0.04) / width, ROUNDED)),
    spread: width * (1 + within(quantile(widths, 0.96) / width - 1, SPREAD)),
  };
}

function sorted(values: readonly number[]): number[] {
  return values.toSorted((a, b) => a - b);
}

function median(values: readonly number[]): number {
  return quantile(sorted(values), 0.5);
}

/** Beyond this an articulation counts as contact. */
const CONTACT = 0.5;
/** f and v leave this share of the range open: the lower lip lies at the teeth. */
const LABIODENTAL_OPENING = 0.1;

/** What frame `frame` of the trajectory asks of this person's mouth. */
export function wantedMouth(trajectory: MouthTrajectory, frame: number, range: MouthRange): WantedMouth {
  const sealed = trajectory.closure[frame] >= CONTACT;
  const span = range.open - range.closed;
  const talk = trajectory.speech[frame];
  const spoken = range.closed + trajectory.opening[frame] * span;
  const bite = trajectory.labiodental[frame] >= CONTACT ? range.closed + LABIODENTAL_OPENING * span : spoken;
  const voiced = Math.min(spoken, bite);
  const spreading = trajectory.width[frame];
  const far = spreading >= 0 ? range.spread : range.rounded;
  return {
    opening: sealed
      ? Math.min(range.closed, range.rest.opening)
      : range.rest.opening + (voiced - range.rest.opening) * talk,
    width: range.rest.width + (far - range.rest.width) * Math.abs(spreading) * talk,
    sealed,
  };
}

function within(value: number, range: { least: number; most: number }): number {
  return Math.max(range.least, Math.min(range.most, value));
}

/** The value below which `share` of the sorted values lie, interpolated. */
export function quantile(sorted: readonly number[], share: number): number {
  if (sorted.length === 0) throw new RangeError('no values');
  const at = share * (sorted.length - 1);
  const i = Math.floor(at);
  const next = Math.min(i + 1, sorted.length - 1);
  return sorted[i] + (sorted[next] - sorted[i]) * (at - i);
}
