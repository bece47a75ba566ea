/**
 * How playback may move through the source, as a small machine: a state is how the shown frame was reached from the one before, and says
 * which states may come next.
 */
export interface PlaybackMoves {
  /** Source frames that each state moves by: −1, 0 or 1. */
  readonly steps: Int8Array;
  /** The states from which each one may come. */
  readonly from: readonly (readonly number[])[];
  /** Where a turn begins: how far from there it turns. Undefined for all other states. */
  readonly turnReach: readonly (number | undefined)[];
  /** How often each state has shown its frame before. */
  readonly repeats: readonly number[];
}

/** The state in which every plan starts: moving forward. */
export const FORWARD = 0;

/** From full speed to a stop, and as long again to full speed the other way: what a head needs to turn around by itself. */
const EASE_SECONDS = 0.2;

/** The steps of a stop that slows down evenly, in whole frames: 1 moves on, 0 shows the frame again. Ends with a 0. */
export function easedStop(frameRate: number): number[] {
  const frames = Math.max(2, Math.round(EASE_SECONDS * frameRate));
  const positionAt = (t: number) => Math.round((frames / 2) * (1 - (1 - t / frames) ** 2) - ROUNDING);
  const steps = Array.from({ length: frames }, (_, t) => positionAt(t + 1) - positionAt(t));
  const moving = steps.lastIndexOf(1) + 1;
  return [...steps.slice(0, moving), 0];
}

/** Rounding later rather than earlier: the frame at which playback turns is not held for long. */
const ROUNDING = 0.25;

/** Forward, backward, half speed either way, and eased turns. */
export function bounceMoves(frameRate: number): PlaybackMoves {
  const BACKWARD = 1;
  const HALF_FORWARD = 2;
  const HALF_BACKWARD = 3;
  const stop = easedStop(frameRate);
  const turn = [...stop, ...stop.toReversed().map((step) => -step)];
  const firstTurn = 4;
  const secondTurn = firstTurn + turn.length;
  const chain = (first: number, enteredFrom: number) => turn.map((_, i) => (i === 0 ? [enteredFrom] : [first + i - 1]));
  const reach = stop.reduce((sum, step) => sum + step, 0);
  const reaches = (signed: number) => turn.map((_, i) => (i === 0 ? signed : undefined));
  return {
    steps: Int8Array.from([1, -1, 0, 0, ...turn, ...turn.map((step) => -step)]),
    from: [
      [FORWARD, HALF_FORWARD, secondTurn + turn.length - 1],
      [BACKWARD, HALF_BACKWARD, firstTurn + turn.length - 1],
      [FORWARD],
      [BACKWARD],
      ...chain(firstTurn, FORWARD),
      ...chain(secondTurn, BACKWARD),
    ],
    turnReach: [undefined, undefined, undefined, undefined, ...reaches(reach), ...reaches(-reach)],
    repeats: [0, 0, 1, 1, ...[...turn, ...turn].map((step) => (step === 0 ? 1 : 0))],
  };
}

/** Repetitions that are told apart: with more the picture is frozen anyway. */
const MOST_REPEATS = 12;

/** Forward, and showing a frame again, once or more. */
export function remapMoves(): PlaybackMoves {
  const repeats = Array.from({ length: MOST_REPEATS + 1 }, (_, i) => i);
  return {
    steps: Int8Array.from(repeats, (count) => (count === 0 ? 1 : 0)),
    from: repeats.map((count) => {
      if (count === 0) return repeats;
      return count === MOST_REPEATS ? [count - 1, count] : [count - 1];
    }),
    turnReach: repeats.map(() => undefined),
    repeats,
  };
}
