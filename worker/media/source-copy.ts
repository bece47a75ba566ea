import type { Rational } from './rational.ts';

/** In what order the frames of a source will be asked for once more. */
export type ReplayOrder = 'forward' | 'any';

/**
 * How a copy of the decoded frames is stored. `raw` costs a write and a read, a fifth of what decoding costs, but much
 * space; `lossless` H.264 is a tenth of that, and costs three times as much time as decoding.
 */
export type CopyFormat = 'raw' | 'lossless';

/** A copy to be written while frames are decoded. */
export interface PlannedCopy {
  readonly path: string;
  readonly format: CopyFormat;
  /** It ends here; files that hold more than they announce must not fill the disk, and get no copy in this format. */
  readonly maxFrames: number;
}

/** The frames of a source as they come out of its filters, in a file of ours. */
export interface SourceCopy {
  readonly path: string;
  readonly format: CopyFormat;
  readonly width: number;
  readonly height: number;
  readonly frameRate: Rational;
  readonly frameCount: number;
}

/** Which copy to make of frames as they are decoded: none where decoding once more is the cheapest way to see them again. */
export function copyFormat(
  frames: number,
  replay: ReplayOrder | undefined,
  mostRawFrames: number,
): CopyFormat | undefined {
  if (replay === undefined) return undefined;
  if (frames <= mostRawFrames) return 'raw';
  return replay === 'any' ? 'lossless' : undefined;
}
