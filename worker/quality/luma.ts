import type { YuvFrame } from '../media/frame.ts';

/** The brightness of a picture, row by row; what the measures of pictures look at. */
export interface Luma {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A view of the frame's Y plane; no copy. */
export function lumaOf(frame: YuvFrame): Luma {
  return { width: frame.width, height: frame.height, data: frame.data.subarray(0, frame.width * frame.height) };
}
