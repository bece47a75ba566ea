import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { float16ToFloat32 } from '../../../../worker/face/model/float16.ts';

describe('half precision', () => {
  it.each([
    [0x0000, 0],
    [0x8000, -0],
    [0x3c00, 1],
    [0xc000, -2],
    [0x3555, 0.333251953125],
    [0x7bff, 65_504],
    [0x0400, 2 ** -14],
    [0x03ff, (1023 / 1024) * 2 ** -14],
    [0x0001, 2 ** -24],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0xfc00, Number.NEGATIVE_INFINITY],
    [0x7e00, Number.NaN],
  ])('reads %i as %d', (bits, value) => {
    expect(float16ToFloat32(bits)).toBe(value);
  });

  it('orders positive numbers as their bits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0x7bff }), (bits) => {
        expect(float16ToFloat32(bits + 1)).toBeGreaterThan(float16ToFloat32(bits));
      }),
    );
  });
});
