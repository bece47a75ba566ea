import fc from 'fast-check';
import { expect, test } from 'vitest';
import { liven } from '../../../worker/retalk/liven.ts';

/** Ten exemplars in one run, then ten in another. */
const successor = Int32Array.from({ length: 20 }, (_, i) => (i === 9 || i === 19 ? -1 : i + 1));
const always = () => true;

test('a held exemplar strolls through its neighbours, one source frame at a time, and comes back', () => {
  const lively = Array.from(liven(new Int32Array(9).fill(3), { successor, alike: always }));
  expect(lively).toEqual([3, 4, 5, 6, 7, 6, 5, 4, 3]);
});

test('where nothing follows it strolls back into what came before', () => {
  expect(Array.from(liven(new Int32Array(7).fill(9), { successor, alike: always }))).toEqual([9, 8, 7, 6, 7, 8, 9]);
});

test('without alike neighbours a hold stays a hold: two pictures in turn would tremble', () => {
  const held = new Int32Array(12).fill(3);
  expect(liven(held, { successor, alike: () => false })).toEqual(held);
  expect(liven(held, { successor, alike: (a, b) => Math.abs(a - b) <= 1 })).toEqual(held);
});

test('whatever the path, its joints stay, steps inside a hold are natural and short holds are left alone', () => {
  const runs = fc.array(fc.tuple(fc.integer({ min: 0, max: 19 }), fc.integer({ min: 1, max: 30 })), { minLength: 1 });
  fc.assert(
    fc.property(runs, (given) => {
      const path = Int32Array.from(given.flatMap(([exemplar, frames]) => new Array<number>(frames).fill(exemplar)));
      const lively = liven(path, { successor, alike: always });
      for (let k = 0; k < path.length; k++) {
        const atJoint = k === 0 || k === path.length - 1 || path[k] !== path[k - 1] || path[k] !== path[k + 1];
        if (atJoint) expect(lively[k]).toBe(path[k]);
        if (k > 0 && path[k] === path[k - 1]) {
          expect(Math.abs(lively[k] - lively[k - 1])).toBeLessThanOrEqual(1);
          expect(Math.floor(lively[k] / 10)).toBe(Math.floor(path[k] / 10));
        }
      }
    }),
  );
});
