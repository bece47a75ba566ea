import type { YuvFrame } from '../media/frame.ts';
import { type FaceDetection, regionOfDetection } from './detection.ts';
import { FaceDetector } from './detector.ts';
import type { PictureModel } from './inference.ts';
import { regionOfLandmarks } from './landmark-region.ts';
import { FaceMesh, type MeshResult } from './mesh.ts';
import { isPlausibleFace } from './plausible-face.ts';
import { type FaceRegion, regionOverlap } from './region.ts';

/** On faces the mesh is nearly always sure (above 0.99); a followed one may be half hidden for a moment. */
const LEAST_PRESENCE = 0.5;
/** A new face has to be clear. Real and drawn ones were never seen below 0.999; coloured test patterns reach 0.98. */
const LEAST_PRESENCE_OF_NEW_FACE = 0.99;
/** Confirmation asks less than finding does: the question is only whether there is anything like a face. */
const CONFIRM_SCORE = 0.25;
/** The detector's own threshold: a closer look at a new face must pass it again. */
const NEW_FACE_SCORE = 0.5;
/** The detector works best where a face fills about a third of the picture. */
const CLOSE_LOOK_SCALE = 2;
/** Least overlap between where a face was expected and where it is. */
export const LEAST_OVERLAP = 0.3;
/** How far the middle of a face may lie outside the picture, in sizes of its region; beyond that the mesh only guesses. */
const MOST_OUTSIDE = 0.1;
/** Candidates that the mesh may look at in one frame. */
const MOST_CANDIDATES = 4;

/** `FaceModels`, as far as they are needed. */
export interface FaceSightModels {
  readonly detector: PictureModel;
  readonly mesh: PictureModel;
}

/** Detector and mesh together: finds faces in a frame, and looks at one where it is expected. Knows nothing of other frames. */
export class FaceSight {
  readonly #detector: FaceDetector;
  readonly #mesh: FaceMesh;

  constructor(models: FaceSightModels) {
    this.#detector = new FaceDetector(models);
    this.#mesh = new FaceMesh(models);
  }

  /** What the mesh sees in `region`, if it is a face and lies there. */
  async look(frame: YuvFrame, region: FaceRegion, leastPresence = LEAST_PRESENCE): Promise<MeshResult | null> {
    const seen = await this.#mesh.landmarks(frame, region);
    if (seen.presence < leastPresence || !isPlausibleFace(seen.points)) return null;
    const { x, y, size } = regionOfLandmarks(seen.points);
    const margin = size * MOST_OUTSIDE;
    const inFrame = x > -margin && y > -margin && x < frame.width + margin && y < frame.height + margin;
    return inFrame && regionOverlap(region, { x, y, size, roll: 0 }) >= LEAST_OVERLAP ? seen : null;
  }

  /** Whether the detector, too, finds something like a face in `region`. */
  async confirms(frame: YuvFrame, region: FaceRegion): Promise<boolean> {
    return (await this.#detectAt(frame, region, CONFIRM_SCORE)) !== undefined;
  }

  /** The faces that one look at the whole frame shows, the most prominent first. */
  async *faces(frame: YuvFrame): AsyncGenerator<MeshResult> {
    yield* this.#accepted(frame, await this.#detector.detectWhole(frame));
  }

  /** The faces that several closer looks show, down to half as large, the most prominent first. */
  async *smallFaces(frame: YuvFrame): AsyncGenerator<MeshResult> {
    yield* this.#accepted(frame, await this.#detector.detectClose(frame));
  }

  /** The faces that a look at a part of the frame shows, the most prominent first. */
  async *facesIn(frame: YuvFrame, region: FaceRegion): AsyncGenerator<MeshResult> {
    yield* this.#accepted(frame, await this.#detector.detectIn(frame, region));
  }

  /** The candidates that are faces on a closer look too, and for the mesh. */
  async *#accepted(frame: YuvFrame, candidates: readonly FaceDetection[]): AsyncGenerator<MeshResult> {
    const byProminence = [...candidates].sort((a, b) => prominence(b, frame) - prominence(a, frame));
    for (const candidate of byProminence.slice(0, MOST_CANDIDATES)) {
      const closer = await this.#detectAt(frame, regionOfDetection(candidate), NEW_FACE_SCORE);
      const first = closer && (await this.look(frame, regionOfDetection(closer)));
      // Again where the mesh itself would look in the next frame: pattern that passes for a face once rarely does twice.
      const second = first && (await this.look(frame, regionOfLandmarks(first.points), LEAST_PRESENCE_OF_NEW_FACE));
      if (second) yield second;
    }
  }

  /** The detection of a face that lies in `region`, from a close look at it. */
  async #detectAt(frame: YuvFrame, region: FaceRegion, score: number): Promise<FaceDetection | undefined> {
    const around = { ...region, size: region.size * CLOSE_LOOK_SCALE };
    const found = await this.#detector.detectIn(frame, around, score);
    return found.find((detection) => regionOverlap(regionOfDetection(detection), region) >= LEAST_OVERLAP);
  }
}

/** Large faces near the middle first: a face at the edge counts as half its size. */
function prominence({ box }: FaceDetection, frame: YuvFrame): number {
  const fromMiddle = Math.hypot((box.left + box.right) / frame.width - 1, (box.top + box.bottom) / frame.height - 1);
  return Math.sqrt((box.right - box.left) * (box.bottom - box.top)) * (1 - Math.min(1, fromMiddle) / 2);
}
