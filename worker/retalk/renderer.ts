import type { YuvFrame } from '../media/frame.ts';
import type { MouthTrajectory } from '../speech/articulation.ts';
import { MOST_YAW_DEGREES } from './analysis.ts';
import { poseOf } from './canonical-face.ts';
import type { ClipTrack } from './clip-track.ts';
import { Compositor } from './compositor.ts';
import { SHAPE_LENGTH } from './face-points.ts';
import type { Gallery, Portrait } from './gallery.ts';
import { Grain } from './grain.ts';
import { liven } from './liven.ts';
import { pathProblem } from './matching.ts';
import type { MouthShape } from './mouth-shape.ts';
import type { Region } from './patch.ts';
import { type MouthRange, mouthRange, type WantedMouth, wantedMouth } from './retarget.ts';
import { cheapestPath } from './search.ts';
import { strengths } from './strength.ts';
import { TargetShapes } from './target-shape.ts';

/** How far a mouth at rest may be from the clip's usual one: shares of the range of openings and of the width. */
const REST_TOLERANCE = { opening: 0.2, width: 0.06 };

/** How far the mouths of neighbours may differ through which a held one strolls: shares of the range of openings and of the width. */
const ALIKE = { opening: 0.12, width: 0.03 };

/** In the first frame after a jump the new picture covers the old one's continuation by this much. */
const JUMP_SHARE = 0.7;

export interface RenderRequest {
  readonly track: ClipTrack;
  readonly gallery: Gallery;
  /** Mouths of the clip that surely talk, as far as that is known. */
  readonly talking?: readonly MouthShape[];
  readonly trajectory: MouthTrajectory;
  /** Source frame of every output frame. */
  readonly timeline: Int32Array;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** An exemplar that is open less than this share of what is wanted has no inner mouth to stretch; from the second on it has. */
const CAVITY_FULL_BELOW = 0.25;
const CAVITY_NONE_ABOVE = 0.5;
/** Gaps smaller than this share of the range show no inside. */
const CAVITY_LEAST_OPENING = 0.12;

/** Renders the frames of one result, in any order, after the whole way through the library was planned. */
export class Renderer {
  readonly path: Int32Array;
  readonly #request: RenderRequest;
  readonly #range: MouthRange;
  readonly #strengths: Float32Array;
  readonly #targets: TargetShapes;
  readonly #compositor = new Compositor();
  readonly #grain: Grain;
  readonly #target = new Float32Array(SHAPE_LENGTH);

  /** Searches the library for the cheapest sequence of mouths. Rejects with the signal's reason when it aborts. */
  static async plan(request: RenderRequest): Promise<Renderer> {
    const { gallery, track, timeline, trajectory, signal } = request;
    const range = mouthRange(gallery.mouths, request.talking);
    const wanted = (frame: number) => wantedMouth(trajectory, frame, range);
    const problem = pathProblem(gallery, track, timeline, wanted, range);
    const found = await cheapestPath(problem, { signal });
    const path = liven(found, { successor: problem.successor, alike: alikeIn(gallery.portraits, range) });
    return new Renderer(request, range, path, problem.successor);
  }

  private constructor(request: RenderRequest, range: MouthRange, path: Int32Array, successor: Int32Array) {
    const { gallery, track, timeline, seed } = request;
    this.#request = request;
    this.#range = range;
    this.path = path;
    this.#grain = new Grain(seed);
    this.#targets = new TargetShapes(path, gallery.portraits, successor);
    const isUsable = (source: number) =>
      track.hasFace(source) && Math.abs(gallery.angles[source * 3]) <= MOST_YAW_DEGREES;
    this.#strengths = strengths(Array.from(timeline, isUsable));
  }

  /** What the voice asks of the mouth in an output frame. */
  wanted(outputFrame: number): WantedMouth {
    return wantedMouth(this.#request.trajectory, outputFrame, this.#range);
  }

  /** Changes `frame`, source frame `timeline[outputFrame]`, in place. Returns the region that may have changed. */
  render(outputFrame: number, frame: YuvFrame): Region | undefined {
    const { track, gallery, timeline } = this.#request;
    const source = timeline[outputFrame];
    const strength = this.#strengths[outputFrame];
    if (strength <= 0) return undefined;
    const base = track.shape(source);
    const portrait = gallery.portraits[this.path[outputFrame]];
    const wanted = this.#eased(outputFrame, this.wanted(outputFrame), portrait.mouth);
    this.#targets.write(outputFrame, wanted, base, poseOf(gallery.face, base), this.#target);
    this.#grain.startFrame(outputFrame);
    const common = {
      targetShape: this.#target,
      skin: track.skin(source),
      noise: track.noise(source),
      grain: this.#grain,
    };
    const show = (shown: Portrait, baseShape: Float32Array, share: number) =>
      this.#compositor.compose(frame, {
        ...common,
        baseShape,
        patch: shown.exemplar.patch,
        exemplarShape: track.shape(shown.exemplar.frame),
        strength: strength * share,
        cavity: this.#cavity(wanted, shown.mouth.opening),
      });
    // Not where lips are sealed: an open mouth must not shine through them.
    const left = wanted.sealed ? undefined : this.#targets.leftBehind(outputFrame);
    if (!left) return show(portrait, base, 1);
    // Where the path jumps, both pictures share one frame: in one and the same shape, so lips don't double. The second pass
    // finds the face already in that shape.
    const region = show(left, base, 1);
    show(portrait, this.#target, JUMP_SHARE);
    return region;
  }

  /** A resting mouth that is near enough to the wanted one stays as it is: what was filmed beats what was computed. */
  #eased(outputFrame: number, wanted: WantedMouth, found: MouthShape): WantedMouth {
    const calm = 1 - this.#request.trajectory.speech[outputFrame];
    if (wanted.sealed || calm <= 0) return wanted;
    const opening = REST_TOLERANCE.opening * (this.#range.open - this.#range.closed) * calm;
    const width = REST_TOLERANCE.width * this.#range.rest.width * calm;
    return {
      ...wanted,
      opening: nearest(found.opening, wanted.opening, opening),
      width: nearest(found.width, wanted.width, width),
    };
  }

  #cavity(wanted: WantedMouth, available: number): number {
    const gap = wanted.opening - this.#range.closed;
    if (gap < CAVITY_LEAST_OPENING * (this.#range.open - this.#range.closed)) return 0;
    const share = (available - this.#range.closed) / gap;
    const t = (CAVITY_NONE_ABOVE - share) / (CAVITY_NONE_ABOVE - CAVITY_FULL_BELOW);
    return Math.max(0, Math.min(1, t));
  }
}

/** Whether one exemplar's mouth may stand in for another's: nearly as open and as wide, so that hardly anything must be warped. */
function alikeIn(portraits: readonly Portrait[], range: MouthRange): (held: number, other: number) => boolean {
  const opening = ALIKE.opening * (range.open - range.closed);
  const width = ALIKE.width * range.rest.width;
  return (held, other) => {
    const a = portraits[held].mouth;
    const b = portraits[other].mouth;
    return Math.abs(a.opening - b.opening) <= opening && Math.abs(a.width - b.width) <= width;
  };
}

/** The value within `tolerance` of `wanted` that is nearest to `found`. */
function nearest(found: number, wanted: number, tolerance: number): number {
  return Math.max(wanted - tolerance, Math.min(wanted + tolerance, found));
}
