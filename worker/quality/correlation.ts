/**
 * Pearson's correlation of two series over the places where both hold a number (a frame without a face is NaN). `undefined`
 * when fewer than three places are left or one of the series doesn't vary.
 */
export function pearson(a: ArrayLike<number>, b: ArrayLike<number>): number | undefined {
  return laggedPearson(a, b, 0);
}

export interface Lag {
  /** How much later the follower is than the driver, in frames; between whole frames by a parabola through the peak. */
  readonly frames: number;
  /** The correlation at the nearest whole frame. */
  readonly correlation: number;
}

/** Finds by how many frames `follower` trails `driver`: the lag of the best correlation within ±`furthest` frames. */
export function bestLag(driver: ArrayLike<number>, follower: ArrayLike<number>, furthest: number): Lag | undefined {
  let best: Lag | undefined;
  for (let lag = -furthest; lag <= furthest; lag++) {
    const correlation = laggedPearson(driver, follower, lag);
    if (correlation !== undefined && (!best || correlation > best.correlation)) best = { frames: lag, correlation };
  }
  if (!best) return undefined;
  const before = laggedPearson(driver, follower, best.frames - 1);
  const after = laggedPearson(driver, follower, best.frames + 1);
  if (before === undefined || after === undefined) return best;
  const curvature = before - 2 * best.correlation + after;
  // At the edge of the search the neighbour outside may be higher still: then there is no peak to refine.
  const shift = curvature < 0 ? (before - after) / (2 * curvature) : 0;
  return { frames: best.frames + Math.max(-0.5, Math.min(0.5, shift)), correlation: best.correlation };
}

function laggedPearson(driver: ArrayLike<number>, follower: ArrayLike<number>, lag: number): number | undefined {
  let count = 0;
  let meanA = 0;
  let meanB = 0;
  let varianceA = 0;
  let varianceB = 0;
  let covariance = 0;
  const end = Math.min(driver.length, follower.length - lag);
  for (let i = Math.max(0, -lag); i < end; i++) {
    const a = driver[i];
    const b = follower[i + lag];
    if (!Number.isFinite(a) || !Number.isFinite(b)) continue;
    // Welford's update: sums of squares of nearly constant series would cancel.
    count++;
    const fromA = a - meanA;
    const fromB = b - meanB;
    meanA += fromA / count;
    meanB += fromB / count;
    varianceA += fromA * (a - meanA);
    varianceB += fromB * (b - meanB);
    covariance += fromA * (b - meanB);
  }
  if (count < 3 || varianceA <= FLAT * count || varianceB <= FLAT * count) return undefined;
  return covariance / Math.sqrt(varianceA * varianceB);
}

/** A variance below this is rounding. */
const FLAT = 1e-14;
