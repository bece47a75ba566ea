/** The share of a clip's steps that are calmer than what counts as lively. */
const LIVELY_QUANTILE = 0.75;
/** Livelier than this makes no difference; also what a cut counts. */
const MOST_ENERGY = 3;
/** Single steps jitter; what one sees is the movement over a few frames. */
const SMOOTHING_SECONDS = 0.08;

/**
 * Motion in units of what is lively for this clip: 0 still, 1 lively, 3 at most. `motion[i]` is the way from source frame i to the next;
 * NaN, where it isn't known, counts as lively, and Infinity, a cut, as the most. `undefined` when nothing moves.
 */
export function motionEnergy(motion: Float32Array, frameRate: number): Float32Array | undefined {
  const known = motion.filter((way) => Number.isFinite(way)).sort();
  const lively = known.length === 0 ? 0 : known[Math.floor(LIVELY_QUANTILE * (known.length - 1))];
  if (!(lively > 0)) return undefined;
  const deviation = SMOOTHING_SECONDS * frameRate;
  const reach = Math.ceil(2 * deviation);
  return motion.map((way, i) => {
    if (way === Number.POSITIVE_INFINITY) return MOST_ENERGY;
    let sum = 0;
    let weights = 0;
    for (let j = Math.max(0, i - reach); j <= Math.min(motion.length - 1, i + reach); j++) {
      if (!Number.isFinite(motion[j])) continue;
      const weight = Math.exp(-((j - i) ** 2) / (2 * deviation ** 2));
      sum += weight * motion[j];
      weights += weight;
    }
    return weights > 0 && Number.isFinite(way) ? Math.min(MOST_ENERGY, sum / weights / lively) : 1;
  });
}
