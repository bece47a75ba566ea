import type { Grain } from './grain.ts';
import type { SkinTone } from './inner-mouth.ts';
import type { Patch } from './patch.ts';

/** One frame's work for the compositor. Shapes are kept points in pixels of the frame that they belong to. */
export interface Composition {
  /** The frame's own face. */
  readonly baseShape: Float32Array;
  /** What the face must become. */
  readonly targetShape: Float32Array;
  /** The lower face that is shown, and where its points are in its own frame. */
  readonly patch: Patch;
  readonly exemplarShape: Float32Array;
  /** 0 leaves the frame as it is … 1 replaces the mouth. */
  readonly strength: number;
  /** How much of the space between the lips is drawn, because the exemplar has none: 0…1. */
  readonly cavity: number;
  readonly skin: SkinTone;
  /** Noise of the frame's skin: standard deviation in luma steps. */
  readonly noise: number;
  readonly grain: Grain;
}
