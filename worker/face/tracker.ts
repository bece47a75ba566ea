import type { YuvFrame } from '../media/frame.ts';
import { type FaceDetection, regionOfDetection } from './detection.ts';
import { FaceDetector } from './detector.ts';
import type { PictureModel } from './inference.ts';
import { regionOfLandmarks } from './landmark-region.ts';
import type { FaceObservation } from './landmarks.ts';
import { FaceMesh, type MeshResult } from './mesh.ts';
import { isPlausibleFace } from './plausible-face.ts';
import { type FaceRegion, regionOverlap } from './region.ts';
import { SceneCutDetector } from './scene-cut.ts';

/** On faces the mesh is nearly always sure (above 0.99); a followed one may be half hidden for a moment. */
const LEAST_PRESENCE = 0.5;
/** A new face has to be clear. Real and drawn ones were never seen below 0.999; coloured test patterns reach 0.98. */
const LEAST_PRESENCE_OF_NEW_FACE = 0.99;
/** Longest time between two searches of a video without a face. */
const SEARCH_INTERVAL_SECONDS = 0.2;
/** How often the detector confirms the face that the mesh follows. */
const CONFIRM_INTERVAL_SECONDS = 1;
/** A followed face may blur or turn away; it is given up when this many confirmations in a row fail. */
const FAILED_CONFIRMATIONS = 3;
/** Confirmation asks less than finding does: the question is only whether there is anything like a face. */
const CONFIRM_SCORE = 0.25;
/** The detector's own threshold: a closer look at a new face must pass it again. */
const NEW_FACE_SCORE = 0.5;
/** The detector works best where a face fills about a third of the picture. */
const CLOSE_LOOK_SCALE = 2;
/** Least overlap between where a face was expected and where the mesh put it. */
const LEAST_OVERLAP = 0.3;
/** How far the middle of a face may lie outside the picture, in sizes of its region; beyond that the mesh only guesses. */
const MOST_OUTSIDE = 0.1;
/** Candidates that the mesh may look at in one frame. */
const MOST_CANDIDATES = 4;

export interface FaceTrackerOptions {
  /** Frames per second of the video. */
  readonly frameRate: number;
}

/** `FaceModels`, as far as they are needed. */
export interface FaceTrackerModels {
  readonly detector: PictureModel;
  readonly mesh: PictureModel;
}

interface FollowedFace {
  readonly track: number;
  region: FaceRegion;
  framesToConfirmation: number;
  failedConfirmations: number;
}

/**
 * Follows one face through a video, frame by frame: the largest and most central when it appears, and that same one until it
 * leaves or the shot ends. The detector runs to find a face and now and then to confirm it; in between the mesh looks where
 * it saw the face in the frame before.
 */
export class FaceTracker {
  readonly #detector: FaceDetector;
  readonly #mesh: FaceMesh;
  readonly #cuts = new SceneCutDetector();
  readonly #searchInterval: number;
  readonly #confirmInterval: number;
  #followed: FollowedFace | undefined;
  #tracks = 0;
  #framesToSearch = 0;
  #failedSearches = 0;

  constructor(models: FaceTrackerModels, options: FaceTrackerOptions) {
    this.#detector = new FaceDetector(models);
    this.#mesh = new FaceMesh(models);
    this.#searchInterval = Math.max(1, Math.floor(options.frameRate * SEARCH_INTERVAL_SECONDS));
    this.#confirmInterval = Math.max(1, Math.round(options.frameRate * CONFIRM_INTERVAL_SECONDS));
  }

  /** The followed face in the next frame, or null where there is none. Frames go in one after the other, in order. */
  async observe(frame: YuvFrame): Promise<FaceObservation | null> {
    if (this.#cuts.isCut(frame)) {
      this.#followed = undefined;
      this.#searchAtOnce();
    }
    if (this.#followed) {
      const seen = await this.#follow(frame, this.#followed);
      if (seen) return { ...seen, track: this.#followed.track };
      this.#followed = undefined;
      this.#searchAtOnce();
    }
    return this.#search(frame);
  }

  #searchAtOnce(): void {
    this.#framesToSearch = 0;
    this.#failedSearches = 0;
  }

  async #follow(frame: YuvFrame, face: FollowedFace): Promise<MeshResult | null> {
    const seen = await this.#look(frame, face.region, LEAST_PRESENCE);
    if (!seen) return null;
    face.region = regionOfLandmarks(seen.points);
    face.framesToConfirmation--;
    if (face.framesToConfirmation > 0) return seen;
    face.framesToConfirmation = this.#confirmInterval;
    const confirmed = await this.#detectAt(frame, face.region, CONFIRM_SCORE);
    face.failedConfirmations = confirmed ? 0 : face.failedConfirmations + 1;
    return face.failedConfirmations < FAILED_CONFIRMATIONS ? seen : null;
  }

  /** What the mesh sees in `region`, if it is a face and lies there. */
  async #look(frame: YuvFrame, region: FaceRegion, leastPresence: number): Promise<MeshResult | null> {
    const seen = await this.#mesh.landmarks(frame, region);
    if (seen.presence < leastPresence || !isPlausibleFace(seen.points)) return null;
    const { x, y, size } = regionOfLandmarks(seen.points);
    const margin = size * MOST_OUTSIDE;
    const inFrame = x > -margin && y > -margin && x < frame.width + margin && y < frame.height + margin;
    return inFrame && regionOverlap(region, { x, y, size, roll: 0 }) >= LEAST_OVERLAP ? seen : null;
  }

  /** The detection of a face that lies in `region`, from a close look at it. */
  async #detectAt(frame: YuvFrame, region: FaceRegion, score: number): Promise<FaceDetection | undefined> {
    const around = { ...region, size: region.size * CLOSE_LOOK_SCALE };
    const found = await this.#detector.detectIn(frame, around, score);
    return found.find((detection) => regionOverlap(regionOfDetection(detection), region) >= LEAST_OVERLAP);
  }

  async #search(frame: YuvFrame): Promise<FaceObservation | null> {
    if (this.#framesToSearch > 0) {
      this.#framesToSearch--;
      return null;
    }
    const found =
      (await this.#accept(frame, await this.#detector.detectWhole(frame))) ??
      (await this.#accept(frame, await this.#detector.detectClose(frame)));
    if (!found) {
      this.#framesToSearch = Math.min(this.#failedSearches, this.#searchInterval - 1);
      this.#failedSearches++;
      return null;
    }
    this.#followed = {
      track: this.#tracks++,
      region: regionOfLandmarks(found.points),
      framesToConfirmation: this.#confirmInterval,
      failedConfirmations: 0,
    };
    this.#searchAtOnce();
    return { ...found, track: this.#followed.track };
  }

  /** The most prominent candidate that is a face on a closer look too, and for the mesh. */
  async #accept(frame: YuvFrame, candidates: readonly FaceDetection[]): Promise<MeshResult | null> {
    const byProminence = [...candidates].sort((a, b) => prominence(b, frame) - prominence(a, frame));
    for (const candidate of byProminence.slice(0, MOST_CANDIDATES)) {
      const closer = await this.#detectAt(frame, regionOfDetection(candidate), NEW_FACE_SCORE);
      const first = closer && (await this.#look(frame, regionOfDetection(closer), LEAST_PRESENCE));
      // Again where the mesh itself would look in the next frame: pattern that passes for a face once rarely does twice.
      const second = first && (await this.#look(frame, regionOfLandmarks(first.points), LEAST_PRESENCE_OF_NEW_FACE));
      if (second) return second;
    }
    return null;
  }
}

/** Large faces near the middle first: a face at the edge counts as half its size. */
function prominence({ box }: FaceDetection, frame: YuvFrame): number {
  const fromMiddle = Math.hypot((box.left + box.right) / frame.width - 1, (box.top + box.bottom) / frame.height - 1);
  return Math.sqrt((box.right - box.left) * (box.bottom - box.top)) * (1 - Math.min(1, fromMiddle) / 2);
}
