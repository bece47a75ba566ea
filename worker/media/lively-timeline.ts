import { setImmediate } from 'node:timers/promises';
import type { SyncMode } from '../../schema/request.ts';
import { motionEnergy } from './motion-energy.ts';
import { bounceMoves, FORWARD, type PlaybackMoves, remapMoves } from './playback-moves.ts';
import { planTimeline } from './timeline.ts';

/** What makes a head move with the voice. */
export interface Liveliness {
  /** One value per output frame: 0 nobody speaks … 1 the voice talks. */
  readonly speech: Float32Array;
  /** How far the head moves from each source frame to the next, in any unit; NaN where that isn't known, Infinity at a cut. */
  readonly motion: Float32Array;
}

export interface LivelyRequest {
  readonly mode: SyncMode;
  readonly sourceFrames: number;
  readonly outputFrames: number;
  readonly frameRate: number;
  /** Without it the timeline is the plain one. */
  readonly liveliness: Liveliness | undefined;
}

/** How far from the plain timeline playback may be: it then still shows the whole source, and long plans stay cheap. */
const MOST_DRIFT_SECONDS = 4;
export const MOST_DRIFT_FRAMES = 100;
/** A plan looks this far ahead and is carried out for half of it: a pause that is further away doesn't matter yet. */
const HORIZON_FRAMES = 300;
/** In a shorter source an eased turn is most of what there is. */
const LEAST_SOURCE_SECONDS = 1;

/** Costs of one output frame; the unit is lively motion in a pause. Tuned by eye and by the ratio that `npm run bench -- liveliness` prints. */
const COSTS = {
  /** A lively head while nobody speaks. */
  restless: 1,
  /** A still head while the voice talks. */
  lifeless: 0.5,
  /** A repeated frame in speech, beyond that nothing moves in it. */
  stutter: 0.4,
  /** A stop or start, times the motion that it interrupts. */
  jolt: 0.3,
  /** Showing a frame a third time, twice as much a fourth time, and so on: slow is better than frozen. */
  frozen: 0.15,
  /** A turn, before anything else: people don't move to and fro. */
  turn: 4,
  /** A turn, times the motion in which it happens. */
  turnInMotion: 8,
} as const;

/**
 * Which source frame stands behind each output frame, so that the head is still in the voice's pauses and alive in its speech. Where the
 * voice outlasts the video, `bounce` and `silence` may turn at any calm frame and slow down for it, and `remap` spends its repeated
 * frames in pauses; neighbours differ by one source frame at most, and playback stays near `planTimeline`'s. Everything else is
 * `planTimeline` itself. The cheapest path by dynamic programming over a receding horizon; deterministic.
 */
export async function planLivelyTimeline(request: LivelyRequest): Promise<Int32Array> {
  const { mode, sourceFrames, outputFrames, frameRate, liveliness } = request;
  const plain = planTimeline(mode, sourceFrames, outputFrames);
  const moves = movesOf(mode, frameRate);
  if (!moves || !liveliness || outputFrames <= sourceFrames) return plain;
  if (sourceFrames < LEAST_SOURCE_SECONDS * frameRate) return plain;
  const energy = motionEnergy(liveliness.motion.subarray(0, sourceFrames), frameRate);
  if (!energy) return plain;
  const drift = Math.min(MOST_DRIFT_FRAMES, Math.round(MOST_DRIFT_SECONDS * frameRate));
  const planner = new Planner({ plain, moves, energy, speech: liveliness.speech, drift, endsAtLast: mode === 'remap' });
  return planner.plan();
}

function movesOf(mode: SyncMode, frameRate: number): PlaybackMoves | undefined {
  switch (mode) {
    case 'bounce':
    case 'silence':
      return bounceMoves(frameRate);
    case 'remap':
      return remapMoves();
    case 'loop':
    case 'cut_off':
      return undefined;
  }
}

interface Problem {
  readonly plain: Int32Array;
  readonly moves: PlaybackMoves;
  readonly energy: Float32Array;
  readonly speech: Float32Array;
  readonly drift: number;
  /** Whether the last output frame must show the last source frame. */
  readonly endsAtLast: boolean;
}

class Planner {
  readonly #problem: Problem;
  readonly #states: number;
  /** Positions that are looked at in one frame: all within the drift. */
  readonly #width: number;
  readonly #last: number;
  #costs: Float64Array;
  #before: Float64Array;
  readonly #back: Uint8Array;

  constructor(problem: Problem) {
    this.#problem = problem;
    this.#states = problem.moves.steps.length;
    this.#width = 2 * problem.drift + 1;
    this.#last = problem.energy.length - 1;
    this.#costs = new Float64Array(this.#width * this.#states);
    this.#before = new Float64Array(this.#width * this.#states);
    this.#back = new Uint8Array(HORIZON_FRAMES * this.#width * this.#states);
  }

  async plan(): Promise<Int32Array> {
    const { plain } = this.#problem;
    const timeline = new Int32Array(plain.length);
    let state = FORWARD;
    let done = 0;
    while (done < plain.length - 1) {
      const end = Math.min(plain.length - 1, done + HORIZON_FRAMES);
      const kept = end === plain.length - 1 ? end : done + HORIZON_FRAMES / 2;
      state = this.#planWindow(timeline, done, end, kept, state);
      done = kept;
      await setImmediate();
    }
    return timeline;
  }

  /** Fills the timeline after `start` up to `end` and gives the state at `kept`. */
  #planWindow(timeline: Int32Array, start: number, end: number, kept: number, state: number): number {
    this.#costs.fill(Number.POSITIVE_INFINITY);
    this.#costs[this.#cell(start, timeline[start], state)] = 0;
    for (let frame = start + 1; frame <= end; frame++) this.#advance(frame, frame - start - 1);
    let cell = this.#costs.reduce((best, cost, i) => (cost < this.#costs[best] ? i : best), 0);
    let keptState = state;
    for (let frame = end; frame > start; frame--) {
      const position = Math.floor(cell / this.#states) + this.#lowest(frame);
      const reached = cell % this.#states;
      timeline[frame] = position;
      if (frame === kept) keptState = reached;
      const previous = this.#back[(frame - start - 1) * this.#costs.length + cell];
      cell = this.#cell(frame - 1, position - this.#problem.moves.steps[reached], previous);
    }
    return keptState;
  }

  #advance(frame: number, row: number): void {
    [this.#costs, this.#before] = [this.#before, this.#costs];
    const { steps, from } = this.#problem.moves;
    const lowest = this.#lowest(frame);
    const rowStart = row * this.#costs.length;
    this.#costs.fill(Number.POSITIVE_INFINITY);
    for (let place = 0; place < this.#width; place++) {
      const position = lowest + place;
      if (!this.#isAllowed(frame, position)) continue;
      for (let state = 0; state < this.#states; state++) {
        const origin = position - steps[state];
        const originPlace = origin - this.#lowest(frame - 1);
        if (originPlace < 0 || originPlace >= this.#width) continue;
        let least = Number.POSITIVE_INFINITY;
        let best = 0;
        for (const previous of from[state]) {
          const cost = this.#before[originPlace * this.#states + previous];
          if (cost < least) {
            least = cost;
            best = previous;
          }
        }
        if (least === Number.POSITIVE_INFINITY) continue;
        const cell = place * this.#states + state;
        this.#costs[cell] = least + this.#cost(frame, origin, position, state);
        this.#back[rowStart + cell] = best;
      }
    }
  }

  #isAllowed(frame: number, position: number): boolean {
    if (position < 0 || position > this.#last) return false;
    const framesLeft = this.#problem.plain.length - 1 - frame;
    return !this.#problem.endsAtLast || this.#last - position <= framesLeft;
  }

  #cost(frame: number, origin: number, position: number, state: number): number {
    const { energy, moves, speech } = this.#problem;
    const talk = speech[frame];
    const reach = moves.turnReach[state];
    // A turn that would end outside of the source never comes to its end.
    const turning = reach === undefined ? 0 : COSTS.turn + COSTS.turnInMotion * this.#energyAt(origin + reach);
    if (origin === position) {
      const frozen = COSTS.frozen * (moves.repeats[state] - 1);
      return turning + talk * (COSTS.lifeless + COSTS.stutter) + COSTS.jolt * this.#energyAt(position) + frozen;
    }
    const motion = energy[Math.min(origin, position)];
    return turning + (1 - talk) * COSTS.restless * motion + talk * COSTS.lifeless * Math.max(0, 1 - motion);
  }

  #energyAt(position: number): number {
    const { energy } = this.#problem;
    const at = Math.max(0, Math.min(this.#last, position));
    return Math.max(energy[Math.max(0, at - 1)], energy[Math.min(at, this.#last - 1)]);
  }

  #lowest(frame: number): number {
    return this.#problem.plain[frame] - this.#problem.drift;
  }

  #cell(frame: number, position: number, state: number): number {
    return (position - this.#lowest(frame)) * this.#states + state;
  }
}
