import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ScatteredField } from '../../../worker/retalk/scattered-field.ts';

const GRID = Array.from({ length: 25 }, (_, i) => [(i % 5) * 20, Math.floor(i / 5) * 20]).flat();
const COUNT = GRID.length / 2;

function sampleAt(field: ScatteredField, x: number, y: number): [number, number] {
  const dx = new Float32Array(1);
  const dy = new Float32Array(1);
  field.sample(x, y, 1, 1, 1, dx, dy);
  return [dx[0], dy[0]];
}

const anywhere = fc.tuple(fc.integer({ min: -40, max: 120 }), fc.integer({ min: -40, max: 120 }));
const shifts = fc.array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: COUNT * 2, maxLength: COUNT * 2 });

test('points that stay where they are move nothing anywhere', () => {
  const field = new ScatteredField(COUNT);
  field.fit(GRID, GRID, COUNT, 10, 0.01);
  fc.assert(
    fc.property(anywhere, ([x, y]) => {
      const [dx, dy] = sampleAt(field, x, y);
      expect(Math.abs(dx) + Math.abs(dy)).toBeLessThan(1e-6);
    }),
  );
});

test('without stiffness every control point goes exactly where it was sent', () => {
  fc.assert(
    fc.property(shifts, (shift) => {
      const field = new ScatteredField(COUNT);
      field.fit(
        GRID,
        GRID.map((value, i) => value + shift[i]),
        COUNT,
        10,
        0,
      );
      for (let i = 0; i < COUNT; i++) {
        const [dx, dy] = sampleAt(field, GRID[i * 2], GRID[i * 2 + 1]);
        expect(dx).toBeCloseTo(shift[i * 2], 3);
        expect(dy).toBeCloseTo(shift[i * 2 + 1], 3);
      }
    }),
    { numRuns: 20 },
  );
});

test('shifted, turned and scaled points carry the whole plane along', () => {
  const moved = GRID.map((_, i) => {
    const x = GRID[i - (i % 2)];
    const y = GRID[i - (i % 2) + 1];
    return i % 2 === 0 ? 1.1 * x - 0.2 * y + 7 : 0.2 * x + 1.1 * y - 3;
  });
  const field = new ScatteredField(COUNT);
  field.fit(GRID, moved, COUNT, 10, 0.01);
  fc.assert(
    fc.property(anywhere, ([x, y]) => {
      const [dx, dy] = sampleAt(field, x, y);
      expect(x + dx).toBeCloseTo(1.1 * x - 0.2 * y + 7, 3);
      expect(y + dy).toBeCloseTo(0.2 * x + 1.1 * y - 3, 3);
    }),
  );
});

test('moves of a fifth of the points’ distance never fold the picture', () => {
  fc.assert(
    fc.property(shifts, (shift) => {
      const field = new ScatteredField(COUNT);
      field.fit(
        GRID,
        GRID.map((value, i) => value + shift[i]),
        COUNT,
        10,
        0.01,
      );
      const columns = 41;
      const dx = new Float32Array(columns * columns);
      const dy = new Float32Array(columns * columns);
      field.sample(0, 0, 2, columns, columns, dx, dy);
      for (let row = 0; row + 1 < columns; row++) {
        for (let column = 0; column + 1 < columns; column++) {
          const i = row * columns + column;
          const xx = 1 + (dx[i + 1] - dx[i]) / 2;
          const xy = (dx[i + columns] - dx[i]) / 2;
          const yx = (dy[i + 1] - dy[i]) / 2;
          const yy = 1 + (dy[i + columns] - dy[i]) / 2;
          expect(xx * yy - xy * yx).toBeGreaterThan(0);
        }
      }
    }),
    { numRuns: 20 },
  );
});

test('too many and too few points are refused', () => {
  const field = new ScatteredField(4);
  expect(() => field.fit(GRID, GRID, 5, 10, 0)).toThrow(RangeError);
  expect(() => field.fit(GRID, GRID, 2, 10, 0)).toThrow(RangeError);
});

test('points on one spot don’t break the map', () => {
  const field = new ScatteredField(8);
  const twice = [0, 0, 50, 0, 0, 50, 50, 50, 50, 50];
  field.fit(
    twice,
    twice.map((value) => value + 2),
    5,
    10,
    0.01,
  );
  const [dx, dy] = sampleAt(field, 20, 20);
  expect(dx).toBeCloseTo(2, 2);
  expect(dy).toBeCloseTo(2, 2);
});
