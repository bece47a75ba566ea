import type { YuvFrame } from '../media/frame.ts';
import { FollowedFace } from './followed-face.ts';
import type { KnownSpeaker } from './known-speaker.ts';
import type { FaceObservation } from './landmarks.ts';
import type { MeshResult } from './mesh.ts';
import { regionOverlap } from './region.ts';
import { SceneCutDetector } from './scene-cut.ts';
import { FaceSight, type FaceSightModels, LEAST_OVERLAP } from './sight.ts';

/** Longest time between two searches of a video without a face. */
const SEARCH_INTERVAL_SECONDS = 0.2;

export interface FaceTrackerOptions {
  /** Frames per second of the video. */
  readonly frameRate: number;
  /** The face to follow. Default: the most prominent one. */
  readonly speaker?: KnownSpeaker;
}

interface Track {
  readonly number: number;
  readonly face: FollowedFace;
  /** Whether this is surely the face that was pointed at. */
  readonly sure: boolean;
}

/**
 * Follows one face through a video, frame by frame: the known speaker's, else the largest and most central when it appears, and
 * that same one until it leaves or the shot ends. The detector runs to find a face and now and then to confirm it; in between the
 * mesh looks where it saw the face in the frame before.
 */
export class FaceTracker {
  readonly #sight: FaceSight;
  readonly #cuts = new SceneCutDetector();
  readonly #frameRate: number;
  readonly #speaker: KnownSpeaker | undefined;
  readonly #searchInterval: number;
  #followed: Track | undefined;
  #frames = 0;
  #tracks = 0;
  #shot = 0;
  #framesToSearch = 0;
  #failedSearches = 0;

  constructor(models: FaceSightModels, options: FaceTrackerOptions) {
    this.#sight = new FaceSight(models);
    this.#frameRate = options.frameRate;
    this.#speaker = options.speaker;
    this.#searchInterval = Math.max(1, Math.floor(options.frameRate * SEARCH_INTERVAL_SECONDS));
  }

  /** Number of the shot that the last frame belongs to: 0 until the first cut. */
  get shot(): number {
    return this.#shot;
  }

  /** The followed face in the next frame, or null where there is none. Frames go in one after the other, in order. */
  async observe(frame: YuvFrame): Promise<FaceObservation | null> {
    if (this.#cuts.isCut(frame)) {
      this.#shot++;
      this.#lose();
    }
    const shown = await this.#lookWhereShown(frame);
    if (shown) return this.#begin(frame, shown, true);
    if (this.#followed) {
      const { face, number, sure } = this.#followed;
      const seen = await face.next(this.#sight, frame);
      if (seen) {
        if (face.isFreshlyConfirmed) this.#speaker?.saw(frame, face.region, sure);
        return { ...seen, track: number };
      }
      this.#lose();
    }
    return this.#search(frame);
  }

  #lose(): void {
    this.#followed = undefined;
    this.#framesToSearch = 0;
    this.#failedSearches = 0;
  }

  /** The speaker in the frame where the pointed track begins, unless it is the one who is followed already. */
  async #lookWhereShown(frame: YuvFrame): Promise<MeshResult | null> {
    const place = this.#speaker?.placeIn(this.#frames++);
    if (!place) return null;
    const followsIt = this.#followed && regionOverlap(this.#followed.face.region, place) >= LEAST_OVERLAP;
    return followsIt ? null : this.#sight.look(frame, place);
  }

  #begin(frame: YuvFrame, seen: MeshResult, sure: boolean): FaceObservation {
    const track: Track = { number: this.#tracks++, face: new FollowedFace(seen, this.#frameRate), sure };
    this.#lose();
    this.#followed = track;
    this.#speaker?.saw(frame, track.face.region, sure);
    return { ...seen, track: track.number };
  }

  async #search(frame: YuvFrame): Promise<FaceObservation | null> {
    if (this.#framesToSearch > 0) {
      this.#framesToSearch--;
      return null;
    }
    const found =
      (await this.#chosen(frame, this.#sight.faces(frame))) ??
      (await this.#chosen(frame, this.#sight.smallFaces(frame)));
    if (found) return this.#begin(frame, found, false);
    this.#framesToSearch = Math.min(this.#failedSearches, this.#searchInterval - 1);
    this.#failedSearches++;
    return null;
  }

  async #chosen(frame: YuvFrame, faces: AsyncIterable<MeshResult>): Promise<MeshResult | undefined> {
    const seen: MeshResult[] = [];
    for await (const face of faces) {
      if (!this.#speaker) return face;
      seen.push(face);
    }
    return this.#speaker?.recognise(frame, seen);
  }
}
