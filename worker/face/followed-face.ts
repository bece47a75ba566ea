import type { YuvFrame } from '../media/frame.ts';
import { regionOfLandmarks } from './landmark-region.ts';
import type { MeshResult } from './mesh.ts';
import type { FaceRegion } from './region.ts';
import type { FaceSight } from './sight.ts';

/** How often the detector confirms the face that the mesh follows. */
const CONFIRM_INTERVAL_SECONDS = 1;
/** A followed face may blur or turn away; it is given up when this many confirmations in a row fail. */
const FAILED_CONFIRMATIONS = 3;

/** One face within a shot: in every frame the mesh looks where it saw the face in the frame before. */
export class FollowedFace {
  readonly #confirmInterval: number;
  #region: FaceRegion;
  #framesToConfirmation: number;
  #failedConfirmations = 0;

  constructor(first: MeshResult, frameRate: number) {
    this.#confirmInterval = Math.max(1, Math.round(frameRate * CONFIRM_INTERVAL_SECONDS));
    this.#framesToConfirmation = this.#confirmInterval;
    this.#region = regionOfLandmarks(first.points);
  }

  /** Where the face was seen last. */
  get region(): FaceRegion {
    return this.#region;
  }

  /** Whether the detector, too, has just seen the face. */
  get isFreshlyConfirmed(): boolean {
    return this.#framesToConfirmation === this.#confirmInterval && this.#failedConfirmations === 0;
  }

  /** The face in the next frame, or null when it is lost. */
  async next(sight: FaceSight, frame: YuvFrame): Promise<MeshResult | null> {
    const seen = await sight.look(frame, this.#region);
    if (!seen) return null;
    this.#region = regionOfLandmarks(seen.points);
    this.#framesToConfirmation--;
    if (this.#framesToConfirmation > 0) return seen;
    this.#framesToConfirmation = this.#confirmInterval;
    const confirmed = await sight.confirms(frame, this.#region);
    this.#failedConfirmations = confirmed ? 0 : this.#failedConfirmations + 1;
    return this.#failedConfirmations < FAILED_CONFIRMATIONS ? seen : null;
  }
}
