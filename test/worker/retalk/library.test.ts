import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Exemplar, ExemplarLibrary, TRAIT_COUNT } from '../../../worker/retalk/library.ts';

const REGION = { x: 0, y: 0, width: 8, height: 8 };
const PATCH_BYTES = 96;

function exemplar(frame: number, opening: number): Exemplar {
  const traits = new Float32Array(TRAIT_COUNT);
  traits[0] = opening;
  return { frame, patch: { region: REGION, data: new Uint8Array(PATCH_BYTES) }, traits };
}

test('a short clip keeps every frame', () => {
  const library = new ExemplarLibrary({ exemplars: 50, bytes: 1e6 });
  for (let frame = 0; frame < 50; frame++) library.add(exemplar(frame, 0));
  expect(library.exemplars().map(({ frame }) => frame)).toEqual(Array.from({ length: 50 }, (_, i) => i));
});

test('neither count nor bytes ever pass their limits, and frames stay in order', () => {
  const clip = fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 1, maxLength: 120 });
  fc.assert(
    fc.property(
      clip,
      fc.integer({ min: 12, max: 40 }),
      fc.integer({ min: 12, max: 40 }),
      (openings, most, mostBytes) => {
        const library = new ExemplarLibrary({ exemplars: most, bytes: mostBytes * PATCH_BYTES });
        for (const [frame, opening] of openings.entries()) {
          library.add(exemplar(frame, opening));
          expect(library.count).toBeLessThanOrEqual(most);
          expect(library.bytes).toBeLessThanOrEqual(mostBytes * PATCH_BYTES);
        }
        const kept = library.exemplars();
        expect(kept).toHaveLength(library.count);
        expect(kept.length).toBeGreaterThan(0);
        expect(kept.map(({ frame }) => frame)).toEqual(kept.map(({ frame }) => frame).toSorted((a, b) => a - b));
      },
    ),
    { numRuns: 40 },
  );
});

test('a long monotonous clip keeps the one moment that was different', () => {
  const library = new ExemplarLibrary({ exemplars: 24, bytes: 1e6 });
  for (let frame = 0; frame < 300; frame++) library.add(exemplar(frame, frame === 40 ? 9 : (frame % 5) * 0.1));
  expect(library.exemplars().some(({ frame }) => frame === 40)).toBe(true);
});

test('what is kept of a long clip are runs of neighbours', () => {
  const library = new ExemplarLibrary({ exemplars: 24, bytes: 1e6 });
  for (let frame = 0; frame < 300; frame++) library.add(exemplar(frame, Math.sin(frame) * 5));
  const frames = library.exemplars().map(({ frame }) => frame);
  const followed = frames.filter((frame) => frames.includes(frame + 1));
  expect(followed.length / frames.length).toBeGreaterThan(0.7);
});
