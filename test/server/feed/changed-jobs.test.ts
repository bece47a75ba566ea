import fc from 'fast-check';
import { expect, test } from 'vitest';
import { earlier, type Position } from '../../../server/feed/changed-jobs.ts';

const moment = fc.integer({ min: 0, max: 5 }).map((seconds) => new Date(seconds * 1000));
const position: fc.Arbitrary<Position> = fc.record({
  updatedAt: moment,
  id: fc.constantFrom('', 'a', 'b'),
  endedSince: moment,
});
/** Whether a row, changed and ended then, is read from the position. */
const reads = (from: Position, row: Position) =>
  (+row.updatedAt > +from.updatedAt || (+row.updatedAt === +from.updatedAt && row.id > from.id)) &&
  +row.endedSince >= +from.endedSince;

test('from the earlier of two positions everything is read that either one would read', () => {
  fc.assert(
    fc.property(position, position, position, (a, b, row) => {
      if (reads(a, row) || reads(b, row)) expect(reads(earlier(a, b), row)).toBe(true);
      expect(earlier(a, b)).toEqual(earlier(b, a));
      expect(earlier(undefined, a)).toBe(a);
    }),
  );
});
