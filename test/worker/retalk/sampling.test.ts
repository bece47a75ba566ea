import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSamples, noiseLost, type Plane, sampleCubic, sampleLinear } from '../../../worker/retalk/sampling.ts';

const WIDTH = 12;
const HEIGHT = 9;

function plane(value: (x: number, y: number) => number): Plane {
  const data = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => value(i % WIDTH, Math.floor(i / WIDTH)));
  return { data, offset: 0, stride: WIDTH, width: WIDTH, height: HEIGHT };
}

const noisy = plane((x, y) => (x * 97 + y * 61) % 256);
const slope = plane((x, y) => 20 + 9 * x + 4 * y);
const interior = fc.tuple(
  fc.double({ min: 2, max: WIDTH - 4, noNaN: true }),
  fc.double({ min: 2, max: HEIGHT - 4, noNaN: true }),
);

function cubicAt(plane: Plane, x: number, y: number): number {
  const samples = createSamples(1);
  samples.count = 1;
  samples.x[0] = x;
  samples.y[0] = y;
  sampleCubic(plane, samples);
  return samples.value[0];
}

for (const [name, sample] of [['cubic', cubicAt] as const, ['linear', sampleLinear] as const]) {
  test(`${name} sampling gives whole pixels unchanged`, () => {
    for (let y = 0; y < HEIGHT; y++) {
      for (let x = 0; x < WIDTH; x++) expect(sample(noisy, x, y)).toBe(noisy.data[y * WIDTH + x]);
    }
  });

  test(`${name} sampling keeps an even slope even`, () => {
    fc.assert(
      fc.property(interior, ([x, y]) => {
        // A 64th of a pixel is what the kernel's table resolves; the sharper kernel bends a slope by a few per cent of a step.
        expect(Math.abs(sample(slope, x, y) - (20 + 9 * x + 4 * y))).toBeLessThan(0.7);
      }),
    );
  });

  test(`${name} sampling goes on with the edge's pixels outside`, () => {
    expect(sample(noisy, -50, -50)).toBe(noisy.data[0]);
    expect(sample(noisy, 500, 500)).toBe(noisy.data[WIDTH * HEIGHT - 1]);
  });
}

test('noise is lost between pixels only, and most in the middle of four', () => {
  expect(noiseLost(3, 5)).toBeCloseTo(0, 6);
  expect(noiseLost(3.5, 5)).toBeGreaterThan(0.2);
  expect(noiseLost(3.5, 5.5)).toBeGreaterThan(noiseLost(3.5, 5));
  expect(noiseLost(-3.5, 5.5)).toBeCloseTo(noiseLost(3.5, 5.5), 6);
});
