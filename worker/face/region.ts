/** A square of the picture, turned by `roll`: the part that a model gets to see. */
export interface FaceRegion {
  /** Centre in pixels of the frame; (0, 0) is the centre of the first pixel. */
  readonly x: number;
  readonly y: number;
  /** Side length in pixels of the frame. */
  readonly size: number;
  /** Radians, clockwise on the screen: where the region's own x axis points. */
  readonly roll: number;
}

/** Where a point of the region lies in the frame; `u` and `v` go from 0 to 1 along the region's own axes. */
export function regionToFrame(region: FaceRegion, u: number, v: number): { x: number; y: number } {
  const right = (u - 0.5) * region.size;
  const down = (v - 0.5) * region.size;
  const cos = Math.cos(region.roll);
  const sin = Math.sin(region.roll);
  return { x: region.x + right * cos - down * sin, y: region.y + right * sin + down * cos };
}

/** Intersection over union of two regions, their rolls left aside. */
export function regionOverlap(a: FaceRegion, b: FaceRegion): number {
  const width = Math.min(a.x + a.size / 2, b.x + b.size / 2) - Math.max(a.x - a.size / 2, b.x - b.size / 2);
  const height = Math.min(a.y + a.size / 2, b.y + b.size / 2) - Math.max(a.y - a.size / 2, b.y - b.size / 2);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / (a.size ** 2 + b.size ** 2 - width * height);
}
