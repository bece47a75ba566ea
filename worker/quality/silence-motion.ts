import type { MouthSeries } from './mouth-series.ts';

/**
 * Mean speed of the mouth where nobody speaks over its mean speed where somebody does: 0 for a mouth that rests in silence, 1 for one
 * that doesn't hear the difference. `speech` is that of the trajectory (0 rest, 1 talk; frames in between belong to neither). `undefined` when
 * the voice has no silence or no speech.
 */
export function silenceMotion(mouth: MouthSeries, speech: ArrayLike<number>): number | undefined {
  const resting = meanSpeed(mouth, (k) => speech[k] === 0 && speech[k - 1] === 0);
  const talking = meanSpeed(mouth, (k) => speech[k] > 0.5 && speech[k - 1] > 0.5);
  if (resting === undefined || talking === undefined || talking === 0) return undefined;
  return resting / talking;
}

/** Fewer frames of silence than this say nothing about a spread. */
const LEAST_RESTING = 5;

/**
 * How far the opening spreads (5th to 95th percentile, units of the face) over the frames in which nobody speaks: what is left of talking
 * in silence. Talking mouths spread by 0.05–0.25. `undefined` when the voice has hardly any silence.
 */
export function restSpread({ opening }: MouthSeries, speech: ArrayLike<number>): number | undefined {
  const resting = Array.from(opening).filter((value, k) => speech[k] === 0 && Number.isFinite(value));
  if (resting.length < LEAST_RESTING) return undefined;
  resting.sort((a, b) => a - b);
  const last = resting.length - 1;
  return resting[Math.round(0.95 * last)] - resting[Math.round(0.05 * last)];
}

function meanSpeed({ opening, width }: MouthSeries, counts: (frame: number) => boolean): number | undefined {
  let sum = 0;
  let count = 0;
  for (let k = 1; k < opening.length; k++) {
    const speed = Math.abs(opening[k] - opening[k - 1]) + Math.abs(width[k] - width[k - 1]);
    if (!counts(k) || !Number.isFinite(speed)) continue;
    sum += speed;
    count++;
  }
  return count === 0 ? undefined : sum / count;
}
