/** A shortest-path problem over exemplars: which one to show in every output frame. */
export interface PathProblem {
  readonly frames: number;
  readonly exemplars: number;
  /** Writes into `costs` what it costs to show each exemplar in output frame `frame`. */
  unary(frame: number, costs: Float32Array): void;
  /** What it costs to show exemplar `j` right after exemplar `i`, at `i * exemplars + j`. */
  readonly join: Float32Array;
  /** The exemplar that follows each one in the source without a gap, or −1. */
  readonly successor: Int32Array;
}

export interface SearchOptions {
  /** Exemplars that compete in one frame. With as many as there are exemplars the answer is exact. */
  readonly candidates?: number;
  readonly signal?: AbortSignal;
}

const CANDIDATES = 48;
/** Frames between two turns of the event loop: a few milliseconds of work. */
const FRAMES_PER_TURN = 64;
const NONE = new Uint16Array(0);

/**
 * The cheapest sequence of exemplars: Viterbi over the best candidates of every frame, the successors of the last frame's
 * candidates always among them, so that natural runs are never cut by the pruning. Gives one exemplar per frame.
 * Rejects with the signal's reason when it aborts.
 */
export async function cheapestPath(problem: PathProblem, options: SearchOptions = {}): Promise<Int32Array> {
  const { frames, exemplars, join, successor } = problem;
  const breadth = Math.min(exemplars, options.candidates ?? CANDIDATES);
  // Half of the places go to the frame's own best, the other half to the successors of the cheapest paths.
  const most = Math.min(exemplars, breadth * 2);
  const chosen = new Uint16Array(frames * most);
  const counts = new Uint16Array(frames);
  const back = new Uint16Array(frames * most);
  const costs = new Float32Array(exemplars);
  let previous = new Float64Array(most);
  let current = new Float64Array(most);
  const picker = new CandidatePicker(exemplars, breadth);

  for (let frame = 0; frame < frames; frame++) {
    if (frame % FRAMES_PER_TURN === 0) {
      options.signal?.throwIfAborted();
      await new Promise((resume) => setImmediate(resume));
    }
    problem.unary(frame, costs);
    const at = frame * most;
    const before = at - most;
    const beforeCount = frame > 0 ? counts[frame - 1] : 0;
    const last = frame > 0 ? chosen.subarray(before, before + beforeCount) : NONE;
    const picked = picker.pick(costs, last, previous, successor);
    counts[frame] = picked.length;
    for (let k = 0; k < picked.length; k++) {
      const exemplar = picked[k];
      chosen[at + k] = exemplar;
      let best = frame === 0 ? 0 : Number.POSITIVE_INFINITY;
      let from = 0;
      for (let p = 0; p < beforeCount; p++) {
        const cost = previous[p] + join[chosen[before + p] * exemplars + exemplar];
        if (cost < best) {
          best = cost;
          from = p;
        }
      }
      current[k] = best + costs[exemplar];
      back[at + k] = from;
    }
    [previous, current] = [current, previous];
  }
  return frames === 0 ? new Int32Array(0) : traceBack(previous, chosen, counts, back, most);
}

function traceBack(
  ends: Float64Array,
  chosen: Uint16Array,
  counts: Uint16Array,
  back: Uint16Array,
  most: number,
): Int32Array {
  const frames = counts.length;
  let place = 0;
  for (let k = 1; k < counts[frames - 1]; k++) if (ends[k] < ends[place]) place = k;
  const path = new Int32Array(frames);
  for (let frame = frames - 1; frame >= 0; frame--) {
    path[frame] = chosen[frame * most + place];
    place = back[frame * most + place];
  }
  return path;
}

/** Picks a frame's candidates without sorting all exemplars. */
class CandidatePicker {
  readonly #order: Uint16Array;
  readonly #taken: Uint8Array;
  readonly #breadth: number;
  readonly #picked: number[] = [];
  readonly #places: Uint16Array;

  constructor(exemplars: number, breadth: number) {
    this.#order = Uint16Array.from({ length: exemplars }, (_, i) => i);
    this.#taken = new Uint8Array(exemplars);
    this.#places = new Uint16Array(exemplars);
    this.#breadth = breadth;
  }

  /**
   * The cheapest exemplars, and the successors of the last frame's candidates as far as there is room, those of the cheapest
   * paths first. The array is reused by the next call.
   */
  pick(costs: Float32Array, last: Uint16Array, pathCosts: Float64Array, successor: Int32Array): readonly number[] {
    this.#partition(costs);
    const picked = this.#picked;
    picked.length = 0;
    for (let k = 0; k < this.#breadth; k++) this.#take(this.#order[k]);
    const places = this.#places.subarray(0, last.length);
    for (let k = 0; k < places.length; k++) places[k] = k;
    places.sort((a, b) => pathCosts[a] - pathCosts[b]);
    for (const place of places) {
      const next = successor[last[place]];
      if (next >= 0 && picked.length < this.#breadth * 2 && this.#taken[next] === 0) this.#take(next);
    }
    for (const exemplar of picked) this.#taken[exemplar] = 0;
    return picked;
  }

  #take(exemplar: number): void {
    this.#taken[exemplar] = 1;
    this.#picked.push(exemplar);
  }

  /** Quickselect (Hoare 1961): afterwards the first `breadth` places of the order hold the cheapest. */
  #partition(costs: Float32Array): void {
    const order = this.#order;
    const wanted = this.#breadth - 1;
    let low = 0;
    let high = order.length - 1;
    while (low < high) {
      const pivot = costs[order[(low + high) >> 1]];
      let i = low;
      let j = high;
      while (i <= j) {
        while (costs[order[i]] < pivot) i++;
        while (costs[order[j]] > pivot) j--;
        if (i > j) break;
        const held = order[i];
        order[i++] = order[j];
        order[j--] = held;
      }
      if (wanted <= j) high = j;
      else if (wanted >= i) low = i;
      else return;
    }
  }
}
