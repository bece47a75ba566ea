import type { Landmarks } from '../face/landmarks.ts';
import { mouthShape } from '../face/mouth-shape.ts';
import { type Area, lowerFaceArea, mouthArea } from './area.ts';
import type { Luma } from './luma.ts';
import { addDifference, type Difference, differenceOutside, NO_DIFFERENCE, psnrDb } from './outside.ts';
import { changedRim } from './seam.ts';
import { type MouthDetail, relativeDetail } from './sharpness.ts';
import { detailEnergy, flickerEnergy, gradientEnergy } from './texture.ts';

/** One frame of a result beside the source frame that it was made from. */
export interface PicturePair {
  readonly result: Luma;
  readonly source: Luma;
  /** Number of the source frame. */
  readonly sourceFrame: number;
  readonly sourcePoints: Landmarks | undefined;
}

/** What the engine's own pictures show, before a codec touches them. */
export interface RenderedPictureReport {
  /** Largest change outside of the lower face, in luma steps: 0, or the engine changed what it had no business with. */
  readonly outsideMaxDiff: number;
  /** Gradient (root mean square) along the rim of what was changed over the source's own there: above 1, a seam shows. */
  readonly seam?: number;
}

/** Of the face's width, the part in which a blend happens and a seam would lie. */
const RIM_SHARE = 0.08;

/** Compares rendered pictures with their source. Pairs come in order; nothing is kept of them. */
export class RenderedPictureMeter {
  #outside: Difference = NO_DIFFERENCE;
  readonly #seam = new RatioOfMeans();

  add({ result, source, sourcePoints }: PicturePair): void {
    const face = sourcePoints && lowerFaceArea(sourcePoints, source.width, source.height);
    this.#outside = addDifference(this.#outside, differenceOutside(result, source, face));
    const rim = face && changedRim(result, source, Math.max(2, Math.round(face.width * RIM_SHARE)));
    if (rim) this.#seam.add(gradientEnergy(result, rim), gradientEnergy(source, rim));
  }

  report(): RenderedPictureReport {
    return { outsideMaxDiff: this.#outside.largest, seam: root(this.#seam.value()) };
  }
}

/** What a viewer of the encoded file gets. */
export interface EncodedPictureReport {
  /** Peak signal-to-noise ratio outside of the lower face. */
  readonly outsidePsnrDb?: number;
  /** Fine detail of the mouth over that of the source's mouth where it is as open: below 0.9, blur shows. */
  readonly sharpness?: number;
  /** Jitter of the lower face over the source's own. */
  readonly flicker?: number;
}

export interface EncodedPair extends PicturePair {
  readonly resultPoints: Landmarks | undefined;
}

/** Compares decoded pictures of the result with their source. Pairs come in order; the last two are kept. */
export class EncodedPictureMeter {
  #outside: Difference = NO_DIFFERENCE;
  readonly #sourceMouths = new Map<number, MouthDetail>();
  readonly #resultMouths: MouthDetail[] = [];
  readonly #flicker = new RatioOfMeans();
  #recent: EncodedPair[] = [];

  /** Keeps references to the pair: its pictures must stay as they are. */
  add(pair: EncodedPair): void {
    const { result, source, sourcePoints, resultPoints } = pair;
    const { width, height } = source;
    const face = sourcePoints && lowerFaceArea(sourcePoints, width, height);
    this.#outside = addDifference(this.#outside, differenceOutside(result, source, face));
    if (sourcePoints) this.#sourceMouths.set(pair.sourceFrame, mouthDetail(source, sourcePoints));
    if (resultPoints) this.#resultMouths.push(mouthDetail(result, resultPoints));
    this.#recent = [...this.#recent.slice(-2), pair];
    if (this.#recent.length === 3) this.#addFlicker(this.#recent[0], this.#recent[1], pair);
  }

  #addFlicker(before: EncodedPair, now: EncodedPair, after: EncodedPair): void {
    const step = now.sourceFrame - before.sourceFrame;
    // Where the source turns round or starts over, its own pictures jump: no measure for flicker.
    if (step === 0 || after.sourceFrame - now.sourceFrame !== step || !now.sourcePoints) return;
    const face: Area = lowerFaceArea(now.sourcePoints, now.source.width, now.source.height);
    this.#flicker.add(
      flickerEnergy(before.result, now.result, after.result, face),
      flickerEnergy(before.source, now.source, after.source, face),
    );
  }

  report(): EncodedPictureReport {
    return {
      outsidePsnrDb: psnrDb(this.#outside),
      sharpness: relativeDetail(this.#resultMouths, [...this.#sourceMouths.values()]),
      flicker: this.#flicker.value(),
    };
  }
}

function root(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.sqrt(value);
}

function mouthDetail(luma: Luma, points: Landmarks): MouthDetail {
  const energy = detailEnergy(luma, mouthArea(points, luma.width, luma.height));
  return { opening: mouthShape(points).opening, energy: energy ?? 0 };
}

/** Mean of one quantity over the mean of another: unlike a mean of ratios, a nearly flat frame can't outweigh all others. */
class RatioOfMeans {
  #above = 0;
  #below = 0;

  add(above: number | undefined, below: number | undefined): void {
    if (above === undefined || below === undefined) return;
    this.#above += above;
    this.#below += below;
  }

  value(): number | undefined {
    return this.#below === 0 ? undefined : this.#above / this.#below;
  }
}
