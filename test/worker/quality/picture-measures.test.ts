import { describe, expect, it } from 'vitest';
import type { Area } from '../../../worker/quality/area.ts';
import type { Luma } from '../../../worker/quality/luma.ts';
import { addDifference, differenceOutside, NO_DIFFERENCE, psnrDb } from '../../../worker/quality/outside.ts';
import { changedRim } from '../../../worker/quality/seam.ts';
import { detailEnergy, flickerEnergy, gradientEnergy } from '../../../worker/quality/texture.ts';

const WIDTH = 48;
const HEIGHT = 32;

function picture(value: (x: number, y: number) => number): Luma {
  const data = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => value(i % WIDTH, Math.floor(i / WIDTH)));
  return { width: WIDTH, height: HEIGHT, data };
}

const box = (left: number, top: number, width: number, height: number): Area => ({
  left,
  top,
  width,
  height,
  inside: new Uint8Array(width * height).fill(1),
});

/** Deterministic grain of ±`steps`. */
const grain = (steps: number, seed: number) => (x: number, y: number) =>
  Math.round((((Math.imul(x * 7919 + y * 104729 + seed * 15485863, 2654435761) >>> 16) & 255) / 255 - 0.5) * 2 * steps);

const stripes = picture((x, y) => 128 + 60 * Math.sin(x * 1.1) + 30 * Math.cos(y * 1.3));
const blurred = picture((x, y) => 128 + 60 * 0.6 * Math.sin(x * 1.1) + 30 * 0.5 * Math.cos(y * 1.3));
const all = box(0, 0, WIDTH, HEIGHT);

describe('differenceOutside', () => {
  it('finds one changed pixel outside and ignores all inside', () => {
    const area = box(10, 8, 12, 9);
    const changedInside = picture(
      (x, y) => stripes.data[y * WIDTH + x] + (x >= 10 && x < 22 && y >= 8 && y < 17 ? 50 : 0),
    );
    expect(differenceOutside(changedInside, stripes, area).largest).toBe(0);
    changedInside.data[5 * WIDTH + 3] += 4;
    const difference = differenceOutside(changedInside, stripes, area);
    expect(difference).toEqual({ largest: 4, squaredSum: 16, pixels: WIDTH * HEIGHT - 12 * 9 });
  });

  it('takes the whole picture for outside where there is no face', () => {
    expect(differenceOutside(stripes, stripes, undefined).pixels).toBe(WIDTH * HEIGHT);
  });

  it('adds up to the PSNR of its definition', () => {
    const offByTwo = picture((x, y) => stripes.data[y * WIDTH + x] + 2);
    const one = differenceOutside(offByTwo, stripes, undefined);
    expect(psnrDb(addDifference(one, one))).toBeCloseTo(10 * Math.log10((255 * 255) / 4), 6);
    expect(psnrDb(differenceOutside(stripes, stripes, undefined))).toBe(Number.POSITIVE_INFINITY);
    expect(psnrDb(NO_DIFFERENCE)).toBeUndefined();
  });
});

describe('detailEnergy', () => {
  it('falls with blur, sees grain, and is nothing on a ramp', () => {
    const sharp = detailEnergy(stripes, all) ?? 0;
    expect(detailEnergy(blurred, all)).toBeLessThan(0.5 * sharp);
    expect(
      detailEnergy(
        picture((x, y) => 128 + grain(6, 1)(x, y)),
        all,
      ),
    ).toBeGreaterThan(1);
    expect(
      detailEnergy(
        picture((x, y) => 2 * x + 3 * y),
        all,
      ),
    ).toBe(0);
  });

  it('has no answer for an area without inner pixels', () => {
    expect(detailEnergy(stripes, box(0, 0, 1, 1))).toBeUndefined();
  });
});

describe('flickerEnergy', () => {
  it('is nothing for pictures that brighten steadily and much for pictures that jitter', () => {
    const brighter = (steps: number) => picture((x, y) => stripes.data[y * WIDTH + x] + steps);
    expect(flickerEnergy(brighter(0), brighter(2), brighter(4), all)).toBe(0);
    expect(flickerEnergy(brighter(0), brighter(2), brighter(0), all)).toBe(16);
  });

  it('looks only at the area', () => {
    const flash = picture((x, y) => stripes.data[y * WIDTH + x] + (x < 10 ? 40 : 0));
    expect(flickerEnergy(stripes, flash, stripes, box(20, 5, 10, 10))).toBe(0);
    expect(flickerEnergy(stripes, flash, stripes, box(2, 5, 10, 10))).toBeGreaterThan(0);
  });
});

describe('changedRim', () => {
  const patch = (steps: number, feather: number) =>
    picture((x, y) => {
      const depth = Math.min(x - 8, 39 - x, y - 6, 25 - y) + 1;
      return 100 + steps * Math.max(0, Math.min(1, depth / feather));
    });
  const plain = picture(() => 100);

  it('is the outer part of what was changed', () => {
    const rim = changedRim(patch(40, 1), plain, 3);
    expect(rim).toMatchObject({ left: 8, top: 6, width: 32, height: 20 });
    expect(rim?.inside.reduce((sum, inside) => sum + inside, 0)).toBe(32 * 20 - 26 * 14);
  });

  it('shows a hard edge as a stronger seam than a feathered one', () => {
    const [hard, soft, invisible] = [patch(40, 1), patch(40, 6), patch(3, 6)].map((result) => {
      const rim = changedRim(result, plain, 6);
      return (rim && gradientEnergy(result, rim)) ?? Number.NaN;
    });
    expect(hard).toBeGreaterThan(2 * soft);
    expect(soft).toBeGreaterThan(20 * invisible);
  });

  it('has no rim where nothing was changed', () => {
    expect(changedRim(plain, plain, 3)).toBeUndefined();
  });
});
