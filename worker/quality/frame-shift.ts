import type { MouthTrajectory } from '../speech/articulation.ts';
import type { MouthSeries } from './mouth-series.ts';

/** The same mouths, `frames` later (earlier when negative); between whole frames in between. NaN where nothing is known. */
export function delayed({ opening, width }: MouthSeries, frames: number): MouthSeries {
  return { opening: delayedValues(opening, frames), width: delayedValues(width, frames) };
}

function delayedValues(values: Float32Array, frames: number): Float32Array {
  return values.map((_, k) => {
    const at = k - frames;
    const before = Math.floor(at);
    const share = at - before;
    if (before < 0 || before >= values.length) return Number.NaN;
    // A whole frame needs no neighbour, which may not exist.
    if (share === 0) return values[before];
    return before + 1 < values.length ? (1 - share) * values[before] + share * values[before + 1] : Number.NaN;
  });
}

/** What is left from frame `start` on. */
export function mouthsFrom({ opening, width }: MouthSeries, start: number): MouthSeries {
  return { opening: opening.subarray(start), width: width.subarray(start) };
}

/** What is left from frame `start` on. */
export function trajectoryFrom(trajectory: MouthTrajectory, start: number): MouthTrajectory {
  return {
    opening: trajectory.opening.subarray(start),
    width: trajectory.width.subarray(start),
    closure: trajectory.closure.subarray(start),
    labiodental: trajectory.labiodental.subarray(start),
    speech: trajectory.speech.subarray(start),
  };
}
