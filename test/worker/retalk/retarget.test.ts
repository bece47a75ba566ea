import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mouthRange, quantile, wantedMouth } from '../../../worker/retalk/retarget.ts';
import type { MouthTrajectory } from '../../../worker/speech/articulation.ts';

function trajectory(values: Partial<Record<keyof MouthTrajectory, number>>): MouthTrajectory {
  const one = (key: keyof MouthTrajectory) => Float32Array.of(values[key] ?? 0);
  return {
    opening: one('opening'),
    width: one('width'),
    closure: one('closure'),
    labiodental: one('labiodental'),
    speech: one('speech'),
  };
}

/** Openings of somebody who talks: from closed to 0.16, widths around 0.5. */
const talking = Array.from({ length: 101 }, (_, i) => ({
  opening: 0.01 + 0.0015 * i,
  width: 0.5 + 0.04 * Math.sin(i),
}));
const smiling = Array.from({ length: 50 }, (_, i) => ({ opening: 0.06 + 0.0001 * i, width: 0.55 }));

test('a talking person’s range is the one of the clip, single outliers aside', () => {
  const range = mouthRange([...talking, { opening: 0.9, width: 0.5 }]);
  expect(range.closed).toBeGreaterThan(0.005);
  expect(range.closed).toBeLessThan(0.03);
  expect(range.open).toBeGreaterThan(0.13);
  expect(range.open).toBeLessThan(0.18);
  expect(range.rest.opening).toBeLessThan(0.05);
});

test('a clip of a still mouth still gets room to talk, and rests as it was filmed', () => {
  const range = mouthRange(smiling);
  expect(range.open - range.closed).toBeGreaterThan(0.1);
  expect(range.rest.opening).toBeCloseTo(0.0625, 3);
  expect(wantedMouth(trajectory({}), 0, range)).toEqual({ ...range.rest, sealed: false });
});

test('somebody who was seen to talk with hardly open lips isn’t made to open them as wide as others', () => {
  const soft = Array.from({ length: 101 }, (_, i) => ({ opening: 0.01 + 0.0007 * i, width: 0.5 }));
  const learnt = mouthRange(soft, soft);
  expect(learnt.open).toBeCloseTo(
    quantile(
      soft.map((mouth) => mouth.opening).toSorted((a, b) => a - b),
      0.96,
    ),
    6,
  );
  expect(learnt.open).toBeLessThan(mouthRange(soft).open);
  expect(mouthRange(soft, soft.slice(0, 10))).toEqual(mouthRange(soft));
});

test('laughing and yawning beside the talk don’t stretch what talk is', () => {
  const laughing = Array.from({ length: 30 }, () => ({ opening: 0.25, width: 0.5 }));
  expect(mouthRange([...talking, ...laughing], talking).open).toBeLessThan(0.18);
  expect(mouthRange([...talking, ...laughing]).open).toBeGreaterThan(0.22);
});

test('lips are wanted sealed for p, b and m even where the clip’s own lips never meet', () => {
  const range = mouthRange(smiling);
  const wanted = wantedMouth(trajectory({ closure: 1, speech: 1 }), 0, range);
  expect(wanted.sealed).toBe(true);
  expect(wanted.opening).toBeLessThan(0.025);
});

test('the wanted opening rises with the voice’s and reaches the person’s own', () => {
  const range = mouthRange(talking);
  const openings = [0, 0.25, 0.5, 0.75, 1].map(
    (opening) => wantedMouth(trajectory({ opening, speech: 1 }), 0, range).opening,
  );
  expect(openings).toEqual(openings.toSorted((a, b) => a - b));
  expect(openings[0]).toBeCloseTo(range.closed, 6);
  expect(openings[4]).toBeCloseTo(range.open, 6);
});

test('spread and rounded sounds go to either side of the width at rest', () => {
  const range = mouthRange(talking);
  const width = (value: number) => wantedMouth(trajectory({ width: value, speech: 1 }), 0, range).width;
  expect(width(0)).toBeCloseTo(range.rest.width, 6);
  expect(width(1)).toBeGreaterThan(range.rest.width * 1.03);
  expect(width(-1)).toBeLessThan(range.rest.width * 0.94);
});

test('f and v leave only a slit', () => {
  const range = mouthRange(talking);
  const open = wantedMouth(trajectory({ opening: 0.6, speech: 1 }), 0, range);
  const bite = wantedMouth(trajectory({ opening: 0.6, speech: 1, labiodental: 1 }), 0, range);
  expect(bite.opening - range.closed).toBeLessThan((open.opening - range.closed) / 3);
});

test('a quantile lies among the values and grows with its share', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 20 }), (values) => {
      const sorted = values.toSorted((a, b) => a - b);
      const quantiles = [0, 0.3, 0.6, 1].map((share) => quantile(sorted, share));
      expect(quantiles).toEqual(quantiles.toSorted((a, b) => a - b));
      expect(quantiles[0]).toBe(sorted[0]);
      expect(quantiles[3]).toBe(sorted.at(-1));
    }),
  );
});
