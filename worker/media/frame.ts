/**
 * One decoded picture: planar YUV 4:2:0, 8 bit, BT.709, limited range (Y 16–235, U and V 16–240).
 * `width` and `height` are even. `data` holds the planes tightly packed, I420 order:
 * Y (`width*height`), then U and V (`width/2*height/2` each).
 */
export interface YuvFrame {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Bytes of one I420 picture. */
export function frameBytes(width: number, height: number): number {
  return (width * height * 3) / 2;
}

export function createFrame(width: number, height: number): YuvFrame {
  return { width, height, data: new Uint8Array(frameBytes(width, height)) };
}

/** Views (no copies) of the three planes of a frame. */
export function planes(frame: YuvFrame): { y: Uint8Array; u: Uint8Array; v: Uint8Array } {
  const luma = frame.width * frame.height;
  return {
    y: frame.data.subarray(0, luma),
    u: frame.data.subarray(luma, luma + luma / 4),
    v: frame.data.subarray(luma + luma / 4, luma + luma / 2),
  };
}
