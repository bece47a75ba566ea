import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RESOLUTIONS } from '../../schema/request.ts';
import { fitsTier, TIER_BOX, tierPixels } from '../../schema/resolution.ts';

test.each(RESOLUTIONS)('the box of %s fits its own tier, lying and upright', (resolution) => {
  const { width, height } = TIER_BOX[resolution];
  expect(fitsTier({ width, height }, resolution)).toBe(true);
  expect(fitsTier({ width: height, height: width }, resolution)).toBe(true);
});

test('the tiers end at 854x480 and 1280x720', () => {
  expect(fitsTier({ width: 856, height: 480 }, '480p')).toBe(false);
  expect(fitsTier({ width: 854, height: 482 }, '480p')).toBe(false);
  expect(fitsTier({ width: 1280, height: 722 }, '720p')).toBe(false);
  expect(fitsTier({ width: 640, height: 640 }, '480p')).toBe(true);
});

test('what fits is never more pixels than are paid for', () => {
  const side = fc.integer({ min: 64, max: 1280 });
  fc.assert(
    fc.property(side, side, fc.constantFrom(...RESOLUTIONS), (width, height, resolution) => {
      expect(fitsTier({ width, height }, resolution)).toBe(width * height <= tierPixels(resolution));
    }),
  );
});
