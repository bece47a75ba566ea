import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { regionOfLandmarks } from '../../../worker/face/landmark-region.ts';
import { regionOverlap, regionToFrame } from '../../../worker/face/region.ts';
import { searchTiles } from '../../../worker/face/tiles.ts';
import { faceShape } from './face-shape.ts';

describe('a region', () => {
  it('turns clockwise on the screen', () => {
    const corner = regionToFrame({ x: 100, y: 50, size: 20, roll: Math.PI / 2 }, 1, 0);
    expect(corner.x).toBeCloseTo(110);
    expect(corner.y).toBeCloseTo(60);
  });

  it('overlaps itself fully, half of itself by a third, and a distant one not at all', () => {
    const region = { x: 0, y: 0, size: 10, roll: 0 };
    expect(regionOverlap(region, region)).toBe(1);
    expect(regionOverlap(region, { ...region, x: 5 })).toBeCloseTo(1 / 3);
    expect(regionOverlap(region, { ...region, y: 11 })).toBe(0);
  });
});

describe('the region of landmarks', () => {
  it('moves, grows and turns with the face', () => {
    const still = regionOfLandmarks(faceShape({ x: 0, y: 0 }));
    fc.assert(
      fc.property(
        fc.double({ min: -100, max: 100, noNaN: true }),
        fc.double({ min: 0.2, max: 5, noNaN: true }),
        fc.double({ min: -3, max: 3, noNaN: true }),
        (x, larger, roll) => {
          const region = regionOfLandmarks(faceShape({ x, y: 7, scale: 100 * larger, roll }));
          expect(region.roll).toBeCloseTo(roll, 3);
          expect(region.size).toBeCloseTo(still.size * larger, 1);
          const { x: right, y: down } = regionToFrame({ x, y: 7, size: larger, roll }, still.x + 0.5, still.y + 0.5);
          expect(region.x).toBeCloseTo(right, 1);
          expect(region.y).toBeCloseTo(down, 1);
        },
      ),
    );
  });

  it('leaves room around every point', () => {
    const points = faceShape({ roll: 0.4 });
    const { x, y, size } = regionOfLandmarks(points);
    for (let i = 0; i < points.length; i += 3) {
      expect(Math.hypot(points[i] - x, points[i + 1] - y)).toBeLessThan((size / 2) * Math.SQRT2);
    }
  });
});

describe('search tiles', () => {
  it('hold every small face whole in one of them', () => {
    const length = fc.integer({ min: 120, max: 3840 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(length, length, share, share, share, (width, height, atX, atY, part) => {
        const tiles = searchTiles(width, height);
        const face = Math.min(width, height, Math.max(width, height) / 6) * part;
        const left = atX * (width - face) - 0.5;
        const top = atY * (height - face) - 0.5;
        const holds = tiles.some(
          (tile) =>
            left >= tile.x - tile.size / 2 - 1e-6 &&
            left + face <= tile.x + tile.size / 2 + 1e-6 &&
            top >= tile.y - tile.size / 2 - 1e-6 &&
            top + face <= tile.y + tile.size / 2 + 1e-6,
        );
        expect(holds).toBe(true);
      }),
    );
  });

  it('are six for common pictures', () => {
    expect(searchTiles(1920, 1080)).toHaveLength(6);
    expect(searchTiles(1080, 1920)).toHaveLength(6);
  });
});
