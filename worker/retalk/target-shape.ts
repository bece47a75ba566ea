import {
  CHEEK_POINTS,
  CHIN_POINTS,
  JAW_POINTS,
  NOSE_BASE,
  NOSTRILS,
  POINT_COUNT,
  pointOf,
  SHAPE_LENGTH,
  STABLE_POINTS,
} from './face-points.ts';
import type { Portrait } from './gallery.ts';
import { type MouthShape, measureMouth, reshapeMouth } from './mouth-shape.ts';
import { applyPose, type Pose } from './pose.ts';
import type { WantedMouth } from './retarget.ts';

/** Frames on each side of a jump over which the shapes are brought together. */
const BLEND_REACH = 3;

/**
 * How far each point follows the exemplar: mouth and chin fully, the jaw's sides less and less towards the ears, where the mesh
 * guesses the outline, and bone not at all.
 */
const FOLLOWS = Float32Array.from({ length: POINT_COUNT }, () => 1);
for (const [place, point] of JAW_POINTS.entries()) {
  const fromTip = Math.abs(place - (JAW_POINTS.length - 1) / 2) / ((JAW_POINTS.length - 1) / 2);
  const t = Math.max(0, Math.min(1, (0.85 - fromTip) / 0.6));
  FOLLOWS[point] = t * t * (3 - 2 * t);
}
for (const point of CHEEK_POINTS) FOLLOWS[point] = 0.8;
for (const landmark of [205, 425, 192, 416]) FOLLOWS[pointOf(landmark)] = 0.5;
for (const landmark of [50, 280]) FOLLOWS[pointOf(landmark)] = 0.1;
for (const point of [...STABLE_POINTS, NOSE_BASE, ...NOSTRILS]) FOLLOWS[point] = 0;
for (const point of CHIN_POINTS) FOLLOWS[point] = 1;

/**
 * Of a width that was only warped, this much is seen; and an opening that was warped looks wider by so much. Regressions over the
 * rendered mouths of five clips gave 0.4 to 0.7 and 0.4 to 0.6: skin around the mouth keeps telling of the exemplar's shape.
 */
const SEEN_OF_WIDENING = 0.55;
const WIDTH_SEEN_IN_OPENING = 0.5;

/** The width to warp `found` to, so that it looks as `wanted`. */
function warpedWidth(wanted: MouthShape, found: MouthShape): number {
  const seen = found.width + WIDTH_SEEN_IN_OPENING * (wanted.opening - found.opening);
  return found.width + (wanted.width - seen) / SEEN_OF_WIDENING;
}

/** Makes the shape that the face of each output frame has to take. */
export class TargetShapes {
  readonly #path: Int32Array;
  readonly #portraits: readonly Portrait[];
  readonly #successor: Int32Array;
  readonly #expression = new Float32Array(SHAPE_LENGTH);

  constructor(path: Int32Array, portraits: readonly Portrait[], successor: Int32Array) {
    this.#path = path;
    this.#portraits = portraits;
    this.#successor = successor;
  }

  /**
   * The points, in pixels, of output frame `frame` whose own face is `base` (pose `pose`): the exemplar's expression with the
   * wanted opening and width. Where the path jumps, both sides bend towards each other over a few frames, so the shape never
   * jumps even when the picture does.
   */
  write(frame: number, wanted: WantedMouth, base: Float32Array, pose: Pose, out: Float32Array): void {
    const expression = this.#expression;
    expression.set(this.#portraits[this.#path[frame]].expression);
    this.#bendOverJumps(frame, expression);
    const width = warpedWidth(wanted, measureMouth(expression));
    reshapeMouth(expression, { opening: wanted.opening, width }, wanted.sealed);
    applyPose(pose, expression, out);
    for (let i = 0; i < SHAPE_LENGTH; i++) {
      const share = FOLLOWS[(i / 3) | 0];
      out[i] = base[i] + (out[i] - base[i]) * share;
    }
  }

  /** The portrait with which the picture would have gone on, where output frame `frame` is the first after a jump. */
  leftBehind(frame: number): Portrait | undefined {
    return frame > 0 ? this.#leftAt(frame) : undefined;
  }

  #leftAt(frame: number): Portrait | undefined {
    const before = this.#path[frame - 1];
    const after = this.#path[frame];
    if (after === before || this.#successor[before] === after || this.#successor[after] === before) return undefined;
    return this.#portraits[this.#successor[before] >= 0 ? this.#successor[before] : before];
  }

  #bendOverJumps(frame: number, expression: Float32Array): void {
    const last = this.#path.length - 1;
    for (let jump = Math.max(1, frame - BLEND_REACH + 1); jump <= Math.min(last, frame + BLEND_REACH); jump++) {
      const left = this.#leftAt(jump);
      if (!left) continue;
      const to = this.#portraits[this.#path[jump]].expression;
      const share = bend(frame - jump);
      for (let i = 0; i < SHAPE_LENGTH; i++) expression[i] += share * (to[i] - left.expression[i]);
    }
  }
}

/** Share of a jump that a frame `distance` frames after it takes back (before it: takes ahead); ±1/2 at the jump itself. */
export function bend(distance: number): number {
  const from = distance + 0.5;
  const left = 0.5 * Math.max(0, 1 - Math.abs(from) / (BLEND_REACH + 0.5)) ** 2;
  return from > 0 ? -left : left;
}
