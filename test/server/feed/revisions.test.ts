import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Revisions } from '../../../server/feed/revisions.ts';
import { snapshot } from './snapshots.ts';

test('only a higher revision of a job is news', () => {
  const revisions = new Revisions();
  fc.assert(
    fc.property(fc.uuid(), fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 50 }), (id, order) => {
      let highest = 0;
      for (const revision of order) {
        expect(revisions.isNews(snapshot({ id, revision }))).toBe(revision > highest);
        if (revision > highest) revisions.record(snapshot({ id, revision }));
        highest = Math.max(highest, revision);
      }
    }),
  );
});

test('a job is remembered for a minute after its last change, and forgotten some time later', () => {
  let now = 0;
  const revisions = new Revisions(() => now);
  revisions.record(snapshot({ id: 'a', revision: 5 }));
  now = 59_999;
  revisions.record(snapshot({ id: 'b' }));
  expect(revisions.isNews(snapshot({ id: 'a', revision: 5 }))).toBe(false);
  now = 60_000;
  revisions.record(snapshot({ id: 'c' }));
  expect(revisions.isNews(snapshot({ id: 'a', revision: 5 }))).toBe(false);
  now = 120_000;
  revisions.record(snapshot({ id: 'd' }));
  expect(revisions.isNews(snapshot({ id: 'a', revision: 5 }))).toBe(true);
  expect(revisions.isNews(snapshot({ id: 'c' }))).toBe(false);
});
