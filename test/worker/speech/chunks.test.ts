import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunkWeight, planChunks } from '../../../worker/speech/chunks.ts';

const LONGEST = 300;
const OVERLAP = 40;
const MARGIN = 10;

describe('planChunks', () => {
  it('covers everything with chunks of one length, overlapping enough', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), (total) => {
        const chunks = planChunks(total, LONGEST, OVERLAP);
        expect(chunks[0].start).toBe(0);
        const last = chunks[chunks.length - 1];
        expect(last.start + last.length).toBe(total);
        for (const [i, chunk] of chunks.entries()) {
          expect(chunk.length).toBe(chunks[0].length);
          expect(chunk.length).toBeLessThanOrEqual(LONGEST);
          if (i > 0) {
            const shared = chunks[i - 1].start + chunks[i - 1].length - chunk.start;
            expect(shared).toBeGreaterThanOrEqual(OVERLAP - 1);
          }
        }
      }),
    );
  });

  it('plans nothing for nothing and one chunk for what fits', () => {
    expect(planChunks(0, LONGEST, OVERLAP)).toEqual([]);
    expect(planChunks(LONGEST, LONGEST, OVERLAP)).toEqual([{ start: 0, length: LONGEST }]);
  });
});

describe('chunkWeight', () => {
  it('shares every frame so that the weights sum to one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), (length) => {
        const chunks = planChunks(length, LONGEST, OVERLAP);
        for (let frame = 0; frame < length; frame++) {
          const weights = chunks.map((_, i) => chunkWeight(chunks, i, frame, MARGIN));
          const sum = weights.reduce((total, weight) => total + weight, 0);
          if (Math.abs(sum - 1) > 1e-9 || Math.min(...weights) < 0) expect.fail(`frame ${frame}: ${weights}`);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('gives a chunk no say over its own edge where another chunk knows more', () => {
    const chunks = planChunks(550, LONGEST, OVERLAP);
    expect(chunks).toHaveLength(2);
    for (let i = 0; i < MARGIN; i++) {
      expect(chunkWeight(chunks, 1, chunks[1].start + i, MARGIN)).toBe(0);
      expect(chunkWeight(chunks, 0, chunks[0].length - 1 - i, MARGIN)).toBe(0);
    }
  });
});
