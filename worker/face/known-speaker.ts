import type { YuvFrame } from '../media/frame.ts';
import { type Appearance, AppearanceReader, blended, likeness } from './appearance.ts';
import { regionOfLandmarks } from './landmark-region.ts';
import type { MeshResult } from './mesh.ts';
import { type FaceRegion, regionOverlap } from './region.ts';
import { LEAST_OVERLAP } from './sight.ts';

/**
 * Measured on 14 people, 2 pictures a second: a person is like the first picture of their own by 0.85 to 1 as a rule, strangers by
 * 0.78 at most. A person who returns to a place where they were seen before needs less; with a hand in front of the face or
 * another expression it goes down to 0.5.
 */
const LIKE_ENOUGH = 0.8;
const LIKE_ENOUGH_IN_PLACE = 0.5;
/** How much of each later picture the remembered one takes on. */
const LEARNED_SHARE = 0.2;
/** Cameras that a remembered person may return to. */
const MOST_PLACES = 8;

/** What pointing at a face told: where it is to be followed from, and what it looks like. */
export interface SpeakerFacts {
  /** The first frame of the unbroken track that the moment of pointing belongs to. */
  readonly firstFrame: number;
  /** Where the face is in that frame. */
  readonly region: FaceRegion;
  readonly appearance: Appearance;
  /** What other people that were seen look like. */
  readonly others: readonly Appearance[];
}

/** The face that somebody pointed at, to be known again after cuts, by its look and by where and how large it was seen before. */
export class KnownSpeaker {
  readonly #reader = new AppearanceReader();
  readonly #facts: SpeakerFacts;
  readonly #places: FaceRegion[];
  #appearance: Appearance;

  constructor(facts: SpeakerFacts) {
    this.#facts = facts;
    this.#places = [facts.region];
    this.#appearance = facts.appearance;
  }

  /** Where the face surely is, in the frame where the pointed track begins. */
  placeIn(frameNumber: number): FaceRegion | undefined {
    return frameNumber === this.#facts.firstFrame ? this.#facts.region : undefined;
  }

  /** The one of some faces that is the speaker's, if it is among them. */
  recognise(frame: YuvFrame, faces: readonly MeshResult[]): MeshResult | undefined {
    let best: MeshResult | undefined;
    let most = 0;
    for (const face of faces) {
      const region = regionOfLandmarks(face.points);
      const seen = this.#reader.read(frame, region);
      const like = likeness(seen, this.#appearance);
      const inPlace = this.#places.some((place) => regionOverlap(place, region) >= LEAST_OVERLAP);
      const likeAnother = this.#facts.others.some((other) => likeness(seen, other) > like);
      if (likeAnother || like < (inPlace ? LIKE_ENOUGH_IN_PLACE : LIKE_ENOUGH) || like < most) continue;
      most = like;
      best = face;
    }
    return best;
  }

  /** Remembers where the speaker is, and with `learn` also what they look like: only where it surely is them. */
  saw(frame: YuvFrame, region: FaceRegion, learn: boolean): void {
    const known = this.#places.findIndex((place) => regionOverlap(place, region) >= LEAST_OVERLAP);
    if (known >= 0) this.#places.splice(known, 1);
    this.#places.push(region);
    if (this.#places.length > MOST_PLACES) this.#places.shift();
    if (learn) this.#appearance = blended(this.#appearance, this.#reader.read(frame, region), LEARNED_SHARE);
  }
}
