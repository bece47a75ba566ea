/** Frames from `start` to before `end`. */
export interface Run {
  readonly start: number;
  readonly end: number;
}

export interface ClosureScore {
  /** Share of the wanted closures in which the lips were seen sealed, ±1 frame; `undefined` when none was wanted. */
  readonly recall: number | undefined;
  /** Share of the seen closures that were wanted, ±1 frame; `undefined` when none was seen. */
  readonly precision: number | undefined;
}

/** Landmarks at 25 frames a second can't place a 60 ms event any better. */
const TOLERANCE_FRAMES = 1;

/**
 * Holds seen closures against wanted ones, event by event. `counts` tells the frames that are judged: in silence lips are closed
 * without a p, b or m. An event counts when any of its frames does.
 */
export function scoreClosures(
  wanted: ArrayLike<boolean>,
  seen: ArrayLike<boolean>,
  counts: ArrayLike<boolean>,
): ClosureScore {
  const judged = (run: Run) => within(counts, run, 0);
  const wantedRuns = runs(wanted).filter(judged);
  const seenRuns = runs(seen).filter(judged);
  return {
    recall: share(wantedRuns, (run) => within(seen, run, TOLERANCE_FRAMES)),
    precision: share(seenRuns, (run) => within(wanted, run, TOLERANCE_FRAMES)),
  };
}

/**
 * Lips count as sealed when they are open by less than this share of the clip's own range (5th to 95th percentile) above its
 * lowest values: the mesh never reports exactly zero for touching lips, and how much it does report depends on the lips.
 */
const SEALED_SHARE = 0.15;
/** And never at more than this opening, which the mesh reports for full lips pressed together: a clip whose lips never meet has no seals. */
const MOST_OPEN_SEAL = 0.045;

/** Which frames show sealed lips. `opening` is that of a `MouthSeries`, NaN where there is no face. */
export function sealedFrames(opening: ArrayLike<number>): boolean[] {
  const seen = Array.from(opening).filter(Number.isFinite);
  seen.sort((a, b) => a - b);
  const low = seen[Math.floor(0.05 * (seen.length - 1))] ?? 0;
  const high = seen[Math.floor(0.95 * (seen.length - 1))] ?? 0;
  const limit = Math.min(MOST_OPEN_SEAL, low + SEALED_SHARE * (high - low));
  return Array.from(opening, (value) => value <= limit);
}

/** The stretches of frames for which `flags` holds. */
export function runs(flags: ArrayLike<boolean>): Run[] {
  const found: Run[] = [];
  let start = -1;
  for (let k = 0; k <= flags.length; k++) {
    const on = k < flags.length && flags[k];
    if (on && start < 0) start = k;
    if (!on && start >= 0) {
      found.push({ start, end: k });
      start = -1;
    }
  }
  return found;
}

function within(flags: ArrayLike<boolean>, run: Run, tolerance: number): boolean {
  const end = Math.min(flags.length, run.end + tolerance);
  for (let k = Math.max(0, run.start - tolerance); k < end; k++) if (flags[k]) return true;
  return false;
}

function share(of: readonly Run[], hit: (run: Run) => boolean): number | undefined {
  return of.length === 0 ? undefined : of.filter(hit).length / of.length;
}
