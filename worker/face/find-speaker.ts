import type { PicturePixel, PointedPlace } from '../engines/engine.ts';
import type { YuvFrame } from '../media/frame.ts';
import { type Appearance, AppearanceReader, blended } from './appearance.ts';
import { FollowedFace } from './followed-face.ts';
import { KnownSpeaker } from './known-speaker.ts';
import { regionOfLandmarks } from './landmark-region.ts';
import type { MeshResult } from './mesh.ts';
import { type FaceRegion, regionOverlap } from './region.ts';
import { SceneCutDetector } from './scene-cut.ts';
import { FaceSight, type FaceSightModels, LEAST_OVERLAP } from './sight.ts';

/** The face that was pointed at; or where other faces are, in pixels of the frame, because none lies there. */
export type PointedFace =
  | { readonly speaker: KnownSpeaker }
  | { readonly speaker?: undefined; readonly faces: readonly PicturePixel[] };

export interface FindSpeakerOptions {
  readonly frameRate: number;
  readonly signal: AbortSignal;
}

/** How often faces are searched that nobody follows yet. */
const SEARCH_INTERVAL_SECONDS = 0.4;
/** Faces that are followed up to the moment of pointing; a picture of more is a crowd, in which few are large enough to talk. */
const MOST_FOLLOWED = 4;
/** Sides of the looks around the place where somebody points, shares of the picture's longer side. */
const CLOSE_LOOKS = [0.6, 0.3, 0.15];
/** Half of the face's height and some more, in sizes of its region: one may also point at hair or chin. */
const REACH = 0.4;
const LEARNED_SHARE = 0.2;

interface Candidate {
  readonly face: FollowedFace;
  readonly firstFrame: number;
  readonly firstRegion: FaceRegion;
  appearance: Appearance;
}

/**
 * Finds the face that somebody points at. Reads frames from the first one to the moment of pointing and follows everybody, so that
 * the chosen face is also known in the frames before; memory doesn't grow with them.
 */
export async function findSpeaker(
  models: FaceSightModels,
  frames: AsyncIterable<YuvFrame>,
  place: PointedPlace,
  { frameRate, signal }: FindSpeakerOptions,
): Promise<PointedFace> {
  const crowd = new Crowd(models, frameRate);
  const interval = Math.max(1, Math.round(frameRate * SEARCH_INTERVAL_SECONDS));
  const elsewhere: FaceRegion[] = [];
  let number = 0;
  for await (const frame of frames) {
    signal.throwIfAborted();
    const isMoment = place.frame === undefined ? number % interval === 0 : number === place.frame;
    await crowd.observe(frame, isMoment || number % interval === 0);
    if (isMoment) {
      const speaker = crowd.at(place) ?? (await crowd.searchAround(frame, place));
      if (speaker) return { speaker };
      for (const region of crowd.regions) addDistinct(elsewhere, region);
    }
    number++;
    if (number > (place.frame ?? Number.POSITIVE_INFINITY)) break;
  }
  return { faces: elsewhere };
}

function addDistinct(regions: FaceRegion[], region: FaceRegion): void {
  const known = regions.some((other) => regionOverlap(other, region) >= LEAST_OVERLAP);
  if (!known && regions.length < MOST_FOLLOWED) regions.push(region);
}

/** Everybody in the shot, as far as they are large enough. */
class Crowd {
  readonly #sight: FaceSight;
  readonly #cuts = new SceneCutDetector();
  readonly #reader = new AppearanceReader();
  readonly #frameRate: number;
  #people: Candidate[] = [];
  #frames = 0;

  constructor(models: FaceSightModels, frameRate: number) {
    this.#sight = new FaceSight(models);
    this.#frameRate = frameRate;
  }

  get regions(): FaceRegion[] {
    return this.#people.map(({ face }) => face.region);
  }

  async observe(frame: YuvFrame, search: boolean): Promise<void> {
    const isCut = this.#cuts.isCut(frame);
    this.#people = isCut ? [] : await this.#stillThere(frame);
    if ((search || isCut) && this.#people.length < MOST_FOLLOWED) {
      for await (const seen of this.#sight.faces(frame)) this.#welcome(frame, seen, this.#frames);
    }
    this.#frames++;
  }

  /** Looks closer into the last frame, where somebody points: for faces that are small, or lost in a crowd. */
  async searchAround(frame: YuvFrame, place: PointedPlace): Promise<KnownSpeaker | undefined> {
    const middle = { x: (place.left + place.right) / 2, y: (place.top + place.bottom) / 2, roll: 0 };
    for (const share of CLOSE_LOOKS) {
      const region = { ...middle, size: Math.max(frame.width, frame.height) * share };
      for await (const seen of this.#sight.facesIn(frame, region)) this.#welcome(frame, seen, this.#frames - 1);
    }
    return this.at(place);
  }

  /** The one who is nearest to where somebody points. */
  at(place: PointedPlace): KnownSpeaker | undefined {
    const near = this.#people.filter(({ face }) => liesAt(face.region, place));
    const [chosen] = near.toSorted((a, b) => distance(a.face.region, place) - distance(b.face.region, place));
    if (!chosen) return undefined;
    return new KnownSpeaker({
      firstFrame: chosen.firstFrame,
      region: chosen.firstRegion,
      appearance: chosen.appearance,
      others: this.#people.filter((other) => other !== chosen).map(({ appearance }) => appearance),
    });
  }

  async #stillThere(frame: YuvFrame): Promise<Candidate[]> {
    const there: Candidate[] = [];
    for (const person of this.#people) {
      if (!(await person.face.next(this.#sight, frame))) continue;
      // Two that were followed may slide onto one face where they cross: the first keeps it.
      const { region } = person.face;
      if (there.some(({ face }) => regionOverlap(face.region, region) >= LEAST_OVERLAP)) continue;
      if (person.face.isFreshlyConfirmed) {
        person.appearance = blended(person.appearance, this.#reader.read(frame, region), LEARNED_SHARE);
      }
      there.push(person);
    }
    return there;
  }

  #welcome(frame: YuvFrame, seen: MeshResult, firstFrame: number): void {
    const firstRegion = regionOfLandmarks(seen.points);
    if (this.#people.some(({ face }) => regionOverlap(face.region, firstRegion) >= LEAST_OVERLAP)) return;
    const face = new FollowedFace(seen, this.#frameRate);
    this.#people.push({ face, firstFrame, firstRegion, appearance: this.#reader.read(frame, firstRegion) });
  }
}

function liesAt({ x, y, size }: FaceRegion, place: PointedPlace): boolean {
  const across = Math.abs((place.left + place.right) / 2 - x);
  const down = Math.abs((place.top + place.bottom) / 2 - y);
  const inBox = x >= place.left && x <= place.right && y >= place.top && y <= place.bottom;
  return inBox || (across <= REACH * size && down <= REACH * size);
}

/** Between the middles, in sizes of the face. */
function distance({ x, y, size }: FaceRegion, place: PointedPlace): number {
  return Math.hypot((place.left + place.right) / 2 - x, (place.top + place.bottom) / 2 - y) / size;
}
