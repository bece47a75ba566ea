import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RegionCropper } from '../../../worker/face/crop.ts';
import { regionToFrame } from '../../../worker/face/region.ts';
import { createFrame, planes, type YuvFrame } from '../../../worker/media/frame.ts';

const SIZE = 16;

/** A frame of one colour, or whose luma depends on the place. */
function frameOf(width: number, height: number, luma: (x: number, y: number) => number, u = 128, v = 128): YuvFrame {
  const frame = createFrame(width, height);
  const views = planes(frame);
  for (let i = 0; i < views.y.length; i++) views.y[i] = luma(i % width, Math.floor(i / width));
  views.u.fill(u);
  views.v.fill(v);
  return frame;
}

function crop(frame: YuvFrame, region: Parameters<RegionCropper['crop']>[1], options = {}): Float32Array {
  const pixels = new Float32Array(SIZE * SIZE * 3);
  new RegionCropper(SIZE).crop(frame, region, pixels, options);
  return pixels;
}

describe('cropping a region', () => {
  it('samples a slope exactly, however the region lies, as far as bytes allow', () => {
    const slope = frameOf(200, 200, (x, y) => 30 + 0.5 * x + 0.5 * y);
    fc.assert(
      fc.property(
        fc.double({ min: 60, max: 140, noNaN: true }),
        fc.double({ min: 60, max: 140, noNaN: true }),
        fc.double({ min: 8, max: 80, noNaN: true }),
        fc.double({ min: -3.2, max: 3.2, noNaN: true }),
        (x, y, size, roll) => {
          const region = { x, y, size, roll };
          const pixels = crop(slope, region);
          for (const [column, row] of [
            [0, 0],
            [15, 0],
            [3, 12],
            [15, 15],
          ]) {
            const at = regionToFrame(region, (column + 0.5) / SIZE, (row + 0.5) / SIZE);
            const light = (30 + 0.5 * at.x + 0.5 * at.y - 16) / 219;
            // A luma step is 1/219; the slope's bytes are rounded down by half a step on average.
            expect(Math.abs(pixels[(row * SIZE + column) * 3] - light)).toBeLessThan(1.1 / 219);
          }
        },
      ),
    );
  });

  it('turns fine texture into its mean instead of aliasing', () => {
    const checks = frameOf(256, 256, (x, y) => ((x + y) % 2 === 0 ? 16 : 235));
    for (const size of [64, 100, 200]) {
      const pixels = crop(checks, { x: 127.3, y: 128.2, size, roll: 0.2 });
      for (const value of pixels) expect(Math.abs(value - 0.5)).toBeLessThan(0.2);
    }
  });

  it.each([
    ['white', [235, 128, 128], [1, 1, 1]],
    ['black', [16, 128, 128], [0, 0, 0]],
    ['red', [63, 102, 240], [1, 0, 0]],
    ['green', [173, 42, 26], [0, 1, 0]],
    ['blue', [32, 240, 118], [0, 0, 1]],
  ])('reads BT.709 %s', (_, [y, u, v], rgb) => {
    const pixels = crop(
      frameOf(32, 32, () => y, u, v),
      { x: 15.5, y: 15.5, size: 20, roll: 0 },
    );
    rgb.forEach((value, channel) => {
      expect(pixels[channel]).toBeCloseTo(value, 1.5);
    });
  });

  it('repeats the edge beyond the frame, or shows black where asked', () => {
    const white = frameOf(32, 32, () => 235);
    const region = { x: 0, y: 15.5, size: 32, roll: 0 };
    expect(Math.min(...crop(white, region))).toBeCloseTo(1);
    const framed = crop(white, region, { border: 'black' });
    expect(framed[0]).toBe(0);
    expect(framed[(SIZE - 1) * 3]).toBeCloseTo(1);
  });

  it('maps the values to the range that a model wants', () => {
    const options = { gain: 2, bias: -1, border: 'black' };
    const pixels = crop(
      frameOf(32, 32, () => 235),
      { x: 0, y: 15.5, size: 32, roll: 0 },
      options,
    );
    expect(pixels[0]).toBe(-1);
    expect(pixels[(SIZE - 1) * 3]).toBeCloseTo(1);
  });
});
