/** Shorter holds pass for speech; and a walk needs a few frames out and back, or it would only tremble. */
const SHORTEST_HOLD = 4;
/** Fewer different pictures than this would swing to and fro several times a second. */
const FEWEST_STEPS = 2;

export interface Neighbours {
  /** The exemplar that follows each one in the source without a gap, or −1. */
  readonly successor: Int32Array;
  /** Whether the second exemplar may stand in for the first for a moment. */
  readonly alike: (held: number, other: number) => boolean;
}

/**
 * Where the path stands still on one exemplar, lets it stroll through the natural neighbours and back, one source frame at a time:
 * a held vowel then lives as it did when it was filmed. Each hold still begins and ends with the exemplar that was chosen.
 */
export function liven(path: Int32Array, { successor, alike }: Neighbours): Int32Array {
  const predecessor = new Int32Array(successor.length).fill(-1);
  for (const [exemplar, next] of successor.entries()) if (next >= 0) predecessor[next] = exemplar;
  const lively = path.slice();
  for (let first = 0, end = 0; first < path.length; first = end) {
    const held = path[first];
    while (end < path.length && path[end] === held) end++;
    const frames = end - first;
    if (frames < SHORTEST_HOLD) continue;
    const furthest = (frames - 1) >> 1;
    const onward = wayAlong(held, successor, alike, furthest);
    const back = wayAlong(held, predecessor, alike, furthest);
    const way = onward.length >= back.length ? onward : back;
    if (way.length <= FEWEST_STEPS) continue;
    const steps = strolls(frames, way.length - 1);
    for (let k = 0; k < frames; k++) lively[first + k] = way[steps[k]];
  }
  return lively;
}

/** The exemplar itself and up to `furthest` neighbours one after the other, as long as they are alike. */
function wayAlong(
  held: number,
  next: Int32Array,
  alike: (held: number, other: number) => boolean,
  furthest: number,
): number[] {
  const way = [held];
  for (let other = next[held]; other >= 0 && way.length <= furthest && alike(held, other); other = next[other]) {
    way.push(other);
  }
  return way;
}

/** Steps 0 … furthest … 0, over and over in whole rounds; what is left of the frames is spent at the turning points. */
function strolls(frames: number, furthest: number): Int32Array {
  const round = 2 * furthest;
  const rounds = Math.max(1, Math.floor((frames - 1) / round));
  return Int32Array.from({ length: frames }, (_, k) => {
    const along = ((k * rounds) / (frames - 1)) % 1;
    return Math.round(furthest * (1 - Math.abs(1 - 2 * along)));
  });
}
