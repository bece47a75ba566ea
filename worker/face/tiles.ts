import type { FaceRegion } from './region.ts';

/** A face on the line between two tiles must lie whole in one of them, so neighbours share a third. */
const OVERLAP = 1 / 3;
/** The detector sees half the frame's long side at twice the scale of the whole frame. */
const TILE_OF_LONG_SIDE = 1 / 2;

/** Overlapping squares that cover a frame, row by row; each is half as long as the frame's longer side. */
export function searchTiles(width: number, height: number): FaceRegion[] {
  const size = Math.max(width, height) * TILE_OF_LONG_SIDE;
  return tileCentres(height, size).flatMap((y) => tileCentres(width, size).map((x) => ({ x, y, size, roll: 0 })));
}

function tileCentres(length: number, size: number): number[] {
  if (length <= size) return [(length - 1) / 2];
  const count = Math.ceil((length - size) / (size * (1 - OVERLAP))) + 1;
  const step = (length - size) / (count - 1);
  return Array.from({ length: count }, (_, i) => size / 2 - 0.5 + i * step);
}
