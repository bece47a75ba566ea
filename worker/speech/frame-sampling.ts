/** A signal with `rate` values a second; value k belongs to the time k / rate. Outside of its values it is 0. */
export interface Track {
  readonly values: Float32Array;
  readonly rate: number;
}

/** When the frames of a clip look at a track: frame k at `k / frameRate + offsetSeconds`. */
export interface FrameTimes {
  readonly frameRate: number;
  readonly frameCount: number;
  readonly offsetSeconds: number;
}

/**
 * A frame stands for the time until its neighbours, but at low frame rates for no more than this: averaged over a third of a
 * second, no mouth would ever open or close.
 */
const LONGEST_HALF_FRAME_SECONDS = 0.04;

function halfFrame(times: FrameTimes): number {
  return Math.min(0.5 / times.frameRate, LONGEST_HALF_FRAME_SECONDS);
}

/** The mean of the linearly interpolated track over each frame's time. */
export function meanPerFrame(track: Track, times: FrameTimes): Float32Array {
  const { values, rate } = track;
  const sums = new Float64Array(values.length + 1);
  for (let k = 1; k <= values.length; k++) sums[k] = sums[k - 1] + (valueAt(values, k - 1) + valueAt(values, k)) / 2;
  const integral = (position: number): number => {
    if (position <= 0) return 0;
    if (position >= values.length) return sums[values.length];
    const k = Math.floor(position);
    const rest = position - k;
    const slope = valueAt(values, k + 1) - valueAt(values, k);
    return sums[k] + rest * (valueAt(values, k) + (rest * slope) / 2);
  };
  const half = halfFrame(times) * rate;
  return Float32Array.from({ length: times.frameCount }, (_, frame) => {
    const centre = (frame / times.frameRate + times.offsetSeconds) * rate;
    return (integral(centre + half) - integral(centre - half)) / (2 * half);
  });
}

/** The largest value within each frame's time: an event shorter than a frame still shows in the frame that it falls into. */
export function maxPerFrame(track: Track, times: FrameTimes): Float32Array {
  const { values, rate } = track;
  const half = halfFrame(times) * rate;
  return Float32Array.from({ length: times.frameCount }, (_, frame) => {
    const centre = (frame / times.frameRate + times.offsetSeconds) * rate;
    const before = Math.floor(centre);
    const share = centre - before;
    let largest = (1 - share) * valueAt(values, before) + share * valueAt(values, before + 1);
    // Half-open, so that frames which touch share no value and an event isn't drawn out over both.
    for (let k = Math.ceil(centre - half - ROUNDING); k < centre + half - ROUNDING; k++) {
      largest = Math.max(largest, valueAt(values, k));
    }
    return largest;
  });
}

/** Positions are quotients such as 7 / 25 · 50, which miss whole numbers by a few ulps. */
const ROUNDING = 1e-6;

function valueAt(values: Float32Array, k: number): number {
  return k >= 0 && k < values.length ? values[k] : 0;
}
