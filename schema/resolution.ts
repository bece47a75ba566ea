import type { Resolution } from './request.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The landscape box of each tier; an upright picture fits the box turned by 90°. */
export const TIER_BOX = {
  '480p': { width: 854, height: 480 },
  '720p': { width: 1280, height: 720 },
} as const satisfies Record<Resolution, Size>;

export function tierPixels(resolution: Resolution): number {
  const { width, height } = TIER_BOX[resolution];
  return width * height;
}

/** Whether a picture of this size is covered by the tier's price. Its shape is free; the number of pixels counts. */
export function fitsTier(size: Size, resolution: Resolution): boolean {
  return size.width * size.height <= tierPixels(resolution);
}
