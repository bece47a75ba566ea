import { expect, test } from 'vitest';
import { ColourMatch } from '../../../worker/retalk/colour-match.ts';

const SIZE = 60;

function matched(base: (x: number) => number, patch: (x: number) => number, u = 0, v = 0): ColourMatch {
  const match = new ColourMatch();
  match.begin(SIZE, SIZE, 10);
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      // Only a ring is seen: the middle is where the mouths differ.
      if (Math.hypot(x - SIZE / 2, y - SIZE / 2) < 18) continue;
      match.addLuma(x, y, patch(x), base(x));
      match.addChroma(x, y, u, v);
    }
  }
  match.solve();
  return match;
}

function at(match: ColourMatch, channel: 0 | 1 | 2, x: number, y: number): number {
  const line = new Float64Array(SIZE);
  match.line(channel, y, 1, 0, SIZE, line);
  return line[x];
}

test('equal pictures are left as they are', () => {
  const match = matched(
    () => 120,
    () => 120,
  );
  for (const place of [0, 30, 59]) {
    expect(at(match, 0, place, place)).toBeCloseTo(1, 4);
    expect(at(match, 1, place, place)).toBeCloseTo(0, 4);
  }
});

test('a patch from a darker shot is brightened everywhere, the unseen middle included, and black stays black', () => {
  const match = matched(
    () => 16 + 120,
    () => 16 + 100,
  );
  for (const x of [5, 30, 55]) expect(at(match, 0, x, 30)).toBeCloseTo(1.2, 2);
});

test('light that falls from one side is followed across the patch', () => {
  const match = matched(
    (x) => 100 + x,
    () => 100,
  );
  expect(at(match, 0, 55, 30)).toBeGreaterThan(at(match, 0, 30, 30));
  expect(at(match, 0, 30, 30)).toBeGreaterThan(at(match, 0, 5, 30));
});

test('chroma is shifted by what the ring lacks', () => {
  const match = matched(
    () => 100,
    () => 100,
    3,
    -2,
  );
  expect(at(match, 1, 30, 30)).toBeCloseTo(3, 2);
  expect(at(match, 2, 30, 30)).toBeCloseTo(-2, 2);
});

test('where no ring was seen nothing is changed', () => {
  const match = new ColourMatch();
  match.begin(SIZE, SIZE, 10);
  match.solve();
  expect(at(match, 0, 30, 30)).toBe(1);
  expect(at(match, 1, 30, 30)).toBeCloseTo(0, 9);
});
