import type { FaceTracker } from '../face/tracker.ts';
import type { YuvFrame } from '../media/frame.ts';
import { axesPose, expressionOf, headAngles } from './canonical-face.ts';
import { ClipTrack } from './clip-track.ts';
import { keepPoints, OUTER_CORNERS, pointOf, SHAPE_LENGTH } from './face-points.ts';
import { exemplarRegion, mouthRegion } from './face-region.ts';
import { forgetFalseFaces } from './false-faces.ts';
import { type Exemplar, ExemplarLibrary, type ExemplarTraits } from './library.ts';
import { measureMouth } from './mouth-shape.ts';
import { forgetCoveredMouths, spotColours } from './occlusion.ts';
import { cutPatch } from './patch.ts';
import { measureSkin, sharpnessOf } from './skin-measures.ts';
import { noseToChin } from './warp-maps.ts';

/** Differences in pose, shape and light that one plainly sees: the units of an exemplar's traits. */
const TRAIT_UNITS = { opening: 0.02, width: 0.03, degrees: 6, light: 12 };
/** A face turned further than this shows half a mouth: neither worth keeping nor safe to replace. */
export const MOST_YAW_DEGREES = 50;
/** Smaller faces have a mouth of a few pixels that nobody can read, and landmarks that jump. */
const LEAST_HEIGHT_PIXELS = 8;

/** The single pass over the source: keeps a small record of every frame and a bounded library of lower faces. */
export class ClipAnalysis {
  readonly track = new ClipTrack();
  readonly library: ExemplarLibrary;
  readonly #tracker: FaceTracker;
  readonly #expression = new Float32Array(SHAPE_LENGTH);

  constructor(tracker: FaceTracker, library = new ExemplarLibrary()) {
    this.#tracker = tracker;
    this.library = library;
  }

  async add(frame: YuvFrame): Promise<void> {
    const seen = await this.#tracker.observe(frame);
    const { shot } = this.#tracker;
    if (!seen) {
      this.track.push(undefined, shot);
      return;
    }
    const shape = new Float32Array(SHAPE_LENGTH);
    keepPoints(seen.points, shape);
    const height = noseToChin(shape);
    const region = exemplarRegion(shape, frame.width, frame.height);
    const mouth = mouthRegion(shape, frame.width, frame.height);
    if (!region || !mouth || height < LEAST_HEIGHT_PIXELS) {
      this.track.push(undefined, shot);
      return;
    }
    const { skin, noise } = measureSkin(frame, shape, height);
    const sharpness = sharpnessOf(frame, mouth);
    const number = this.track.length;
    this.track.push(
      {
        shape,
        skin,
        sharpness,
        noise,
        track: seen.track,
        presence: seen.presence,
        spots: spotColours(frame, shape, height),
      },
      shot,
    );
    const traits = this.#traits(shape, skin.y);
    if (traits && showsLips(shape, frame)) this.library.add({ frame: number, patch: cutPatch(frame, region), traits });
  }

  /**
   * To be called after the last frame: forgets what only looked like a face and faces with something before the mouth, and gives the exemplars of those that were. Without
   * exemplars the clip holds no usable face.
   */
  finish(frameRate: number): Exemplar[] {
    forgetFalseFaces(this.track, frameRate);
    forgetCoveredMouths(this.track);
    return this.library.exemplars().filter(({ frame }) => this.track.hasFace(frame));
  }

  /** `undefined` for a face turned too far to be shown in another frame. */
  #traits(shape: Float32Array, light: number): ExemplarTraits | undefined {
    const pose = axesPose(shape);
    const angles = headAngles(pose);
    if (Math.abs(angles.yaw) > MOST_YAW_DEGREES) return undefined;
    expressionOf(pose, shape, this.#expression);
    const mouth = measureMouth(this.#expression);
    return Float32Array.of(
      mouth.opening / TRAIT_UNITS.opening,
      mouth.width / TRAIT_UNITS.width,
      angles.yaw / TRAIT_UNITS.degrees,
      angles.pitch / TRAIT_UNITS.degrees,
      angles.roll / TRAIT_UNITS.degrees,
      light / TRAIT_UNITS.light,
    );
  }
}

/** A mouth that the picture's edge cuts off has nothing to show elsewhere. */
function showsLips(shape: Float32Array, { width, height }: YuvFrame): boolean {
  return [...OUTER_CORNERS, UPPER_LIP, LOWER_LIP].every(
    (point) =>
      shape[point * 3] >= 0 && shape[point * 3] < width && shape[point * 3 + 1] >= 0 && shape[point * 3 + 1] < height,
  );
}

const UPPER_LIP = pointOf(0);
const LOWER_LIP = pointOf(17);
