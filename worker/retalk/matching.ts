import type { ClipTrack } from './clip-track.ts';
import type { Gallery, Portrait } from './gallery.ts';
import type { MouthRange, WantedMouth } from './retarget.ts';
import type { PathProblem } from './search.ts';

/**
 * Weights of the search, in one currency: a jump between like frames costs 2. Found by looking at results of real
 * clips; the opening weighs most because it is what a viewer reads first.
 */
const WEIGHTS = {
  /** Per squared share of the person's range of openings. */
  opening: 45,
  /** An open mouth where lips must seal, on top. */
  seal: 60,
  /** Per squared share of the width at rest. */
  width: 200,
  /** Per squared unit of `UNITS`. */
  pose: 0.35,
  light: 0.15,
  /** Per squared unit of skin colour: hardly moves within a shot, so what differs was lit otherwise or is somebody else. */
  colour: 0.5,
  /** Per squared octave that a smaller face must be blown up. */
  enlargement: 4,
  /** Per squared lack of sharpness. */
  blur: 6,
  /** A face of another take: other light, another distance, perhaps another person. */
  otherTake: 1.5,
} as const;
const UNITS = { degrees: 6, light: 10, colour: 4 } as const;

const JOIN = { same: 0.1, previous: 0.12, skip: 0.25, jump: 2, shape: 25, pose: 0.25 } as const;

/** What the search has to solve for one result: `wanted[k]` over source frame `timeline[k]`. */
export function pathProblem(
  gallery: Gallery,
  track: ClipTrack,
  timeline: Int32Array,
  wanted: (frame: number) => WantedMouth,
  range: MouthRange,
): PathProblem {
  const { portraits, angles, sizes } = gallery;
  const count = portraits.length;
  const span = Math.max(range.open - range.closed, Number.EPSILON);
  return {
    frames: timeline.length,
    exemplars: count,
    successor: successors(portraits),
    join: joinCosts(portraits, span, range.rest.width),
    unary(frame, costs) {
      const source = timeline[frame];
      if (!track.hasFace(source)) {
        costs.fill(0);
        return;
      }
      const mouth = wanted(frame);
      const skin = track.skin(source);
      const take = track.track(source);
      for (let i = 0; i < count; i++) {
        const portrait = portraits[i];
        const opening = (portrait.mouth.opening - mouth.opening) / span;
        const width = (portrait.mouth.width - mouth.width) / range.rest.width;
        const yaw = (portrait.angles.yaw - angles[source * 3]) / UNITS.degrees;
        const pitch = (portrait.angles.pitch - angles[source * 3 + 1]) / UNITS.degrees;
        const roll = (portrait.angles.roll - angles[source * 3 + 2]) / UNITS.degrees;
        const lit = (portrait.skin.y - skin.y) / UNITS.light;
        const reddish = (portrait.skin.v - skin.v) / UNITS.colour;
        const bluish = (portrait.skin.u - skin.u) / UNITS.colour;
        const enlarged = Math.max(0, Math.log2(sizes[source] / portrait.size));
        const blur = Math.max(0, 1 - portrait.sharpness);
        let cost = WEIGHTS.opening * opening * opening + WEIGHTS.width * width * width;
        if (mouth.sealed && opening > 0) cost += WEIGHTS.seal * opening * opening;
        // In-plane roll is undone exactly by the warp; it only costs resampling.
        cost += WEIGHTS.pose * (yaw * yaw + pitch * pitch + 0.15 * roll * roll);
        cost += WEIGHTS.light * lit * lit + WEIGHTS.blur * blur * blur;
        cost += WEIGHTS.colour * (reddish * reddish + bluish * bluish) + WEIGHTS.enlargement * enlarged * enlarged;
        if (portrait.track !== take) cost += WEIGHTS.otherTake;
        costs[i] = cost;
      }
    },
  };
}

function successors(portraits: readonly Portrait[]): Int32Array {
  return Int32Array.from(portraits, (portrait, i) => (follows(portrait, portraits[i + 1]) ? i + 1 : -1));
}

function follows(portrait: Portrait, next: Portrait | undefined): boolean {
  return next !== undefined && next.track === portrait.track && next.exemplar.frame === portrait.exemplar.frame + 1;
}

function joinCosts(portraits: readonly Portrait[], span: number, restWidth: number): Float32Array {
  const count = portraits.length;
  const join = new Float32Array(count * count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) join[i * count + j] = joinCost(portraits[i], portraits[j], span, restWidth);
  }
  return join;
}

function joinCost(from: Portrait, to: Portrait, span: number, restWidth: number): number {
  const distance = to.exemplar.frame - from.exemplar.frame;
  if (from.track === to.track) {
    if (distance === 1) return 0;
    if (distance === 0) return JOIN.same;
    if (distance === -1) return JOIN.previous;
    if (distance === 2 || distance === -2) return JOIN.skip;
  }
  const opening = (to.mouth.opening - from.mouth.opening) / span;
  const width = (to.mouth.width - from.mouth.width) / restWidth;
  const yaw = (to.angles.yaw - from.angles.yaw) / UNITS.degrees;
  const pitch = (to.angles.pitch - from.angles.pitch) / UNITS.degrees;
  return (
    JOIN.jump +
    JOIN.shape * (0.2 * opening * opening + width * width) +
    JOIN.pose * Math.min(4, yaw * yaw + pitch * pitch)
  );
}
