/** What the head of a result does, as the source's own motion and the timeline say. */
export interface HeadCalm {
  /** Mean speed of the head per output frame, in the unit of `motion`, where nobody speaks and where the voice talks. */
  readonly pauseSpeed: number;
  readonly speechSpeed: number;
  /** The first over the second: 0 for a head that rests in every pause, 1 for one that doesn't hear the voice. */
  readonly ratio: number;
  readonly turns: number;
  /** Mean speed of the head just before and after playback turns around. */
  readonly turnSpeed: number;
}

/** Frames on either side of a turn in which one sees it. */
const TURN_FRAMES = 2;

/**
 * Measures a timeline. `speech` has a value for each output frame, `motion` for each source frame the way to the next one; frames whose
 * motion isn't a finite number are left out. Without pauses or without speech the ratio is NaN.
 */
export function headCalm(timeline: Int32Array, speech: Float32Array, motion: Float32Array): HeadCalm {
  const speeds = Float32Array.from(timeline, (position, k) => wayTo(position, timeline[k - 1] ?? position, motion));
  const pauseSpeed = meanFinite(speeds.filter((_, k) => speech[k] < 0.1));
  const speechSpeed = meanFinite(speeds.filter((_, k) => speech[k] > 0.5));
  const turns = turnsOf(timeline);
  const around = turns.flatMap((k) =>
    Array.from(speeds.subarray(Math.max(0, k - TURN_FRAMES + 1), k + TURN_FRAMES + 1)),
  );
  return {
    pauseSpeed,
    speechSpeed,
    ratio: pauseSpeed / speechSpeed,
    turns: turns.length,
    turnSpeed: meanFinite(around),
  };
}

function wayTo(position: number, previous: number, motion: Float32Array): number {
  let way = 0;
  for (let i = Math.min(position, previous); i < Math.max(position, previous); i++) way += motion[i];
  return way;
}

/** The last frames before playback goes the other way. */
function turnsOf(timeline: Int32Array): number[] {
  const turns: number[] = [];
  let direction = 0;
  for (let k = 1; k < timeline.length; k++) {
    const step = Math.sign(timeline[k] - timeline[k - 1]);
    if (step !== 0 && direction !== 0 && step !== direction) turns.push(k - 1);
    if (step !== 0) direction = step;
  }
  return turns;
}

function meanFinite(values: ArrayLike<number>): number {
  const finite = Array.from(values).filter((value) => Number.isFinite(value));
  return finite.reduce((sum, value) => sum + value, 0) / finite.length;
}
