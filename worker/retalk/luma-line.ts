import { createSamples, type Samples } from './sampling.ts';

/** What is being worked out of one line of luma. The samples come without gaps; the other lists have a place for every pixel. */
export interface LumaLine {
  readonly own: Samples;
  readonly fresh: Samples;
  readonly ownColumn: Int32Array;
  readonly freshColumn: Int32Array;
  readonly shares: Float64Array;
  readonly sides: Float64Array;
  /** The base's own values, which are `shown` before it was rounded. */
  readonly below: Float64Array;
}

export function createLine(width: number): LumaLine {
  return {
    own: createSamples(width),
    fresh: createSamples(width),
    ownColumn: new Int32Array(width),
    freshColumn: new Int32Array(width),
    shares: new Float64Array(width),
    sides: new Float64Array(width),
    below: new Float64Array(width),
  };
}
