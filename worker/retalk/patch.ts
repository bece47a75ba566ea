import type { YuvFrame } from '../media/frame.ts';

/** A rectangle of a picture. All four numbers are even, so that it holds whole chroma samples. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A piece of an I420 picture at its own resolution, planes packed as in `YuvFrame`. */
export interface Patch {
  readonly region: Region;
  readonly data: Uint8Array;
}

/** The smallest region of whole chroma samples around the bounds, kept inside the picture; `undefined` when nothing of it is. */
export function evenRegion(
  bounds: { left: number; top: number; right: number; bottom: number },
  width: number,
  height: number,
): Region | undefined {
  const x = Math.max(0, Math.floor(bounds.left / 2) * 2);
  const y = Math.max(0, Math.floor(bounds.top / 2) * 2);
  const right = Math.min(width, Math.ceil(bounds.right / 2) * 2);
  const bottom = Math.min(height, Math.ceil(bounds.bottom / 2) * 2);
  if (right - x < 2 || bottom - y < 2) return undefined;
  return { x, y, width: right - x, height: bottom - y };
}

export function patchBytes(region: Region): number {
  return (region.width * region.height * 3) / 2;
}

/** Copies a region out of a frame. */
export function cutPatch(frame: YuvFrame, region: Region): Patch {
  const data = new Uint8Array(patchBytes(region));
  copyRegion(frame, region, data);
  return { region, data };
}

/** Writes the three planes of `region` into `out`, packed. */
export function copyRegion(frame: YuvFrame, region: Region, out: Uint8Array): void {
  let to = 0;
  for (const plane of planesOf(frame.width, frame.height)) {
    const x = region.x / plane.step;
    const width = region.width / plane.step;
    const height = region.height / plane.step;
    for (let row = 0; row < height; row++) {
      const from = plane.offset + (region.y / plane.step + row) * plane.stride + x;
      out.set(frame.data.subarray(from, from + width), to);
      to += width;
    }
  }
}

interface PlaneLayout {
  readonly offset: number;
  readonly stride: number;
  /** Luma pixels per sample along one side. */
  readonly step: 1 | 2;
}

/** Where Y, U and V lie in packed I420 data. */
export function planesOf(width: number, height: number): readonly [PlaneLayout, PlaneLayout, PlaneLayout] {
  const luma = width * height;
  return [
    { offset: 0, stride: width, step: 1 },
    { offset: luma, stride: width / 2, step: 2 },
    { offset: luma + luma / 4, stride: width / 2, step: 2 },
  ];
}
