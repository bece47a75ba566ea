import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STABLE } from '../../../worker/face/landmark-indices.ts';
import { applySimilarity, fitSimilarity, invertSimilarity } from '../../../worker/face/similarity.ts';
import { faceShape } from './face-shape.ts';

const similarity = fc
  .record({
    scale: fc.double({ min: 0.3, max: 3, noNaN: true }),
    angle: fc.double({ min: -3, max: 3, noNaN: true }),
    x: fc.double({ min: -200, max: 200, noNaN: true }),
    y: fc.double({ min: -200, max: 200, noNaN: true }),
  })
  .map(({ scale, angle, x, y }) => ({ cos: scale * Math.cos(angle), sin: scale * Math.sin(angle), x, y }));

describe('a similarity', () => {
  it('is found again from the points that it moved', () => {
    const points = faceShape({ x: 10, y: -20 });
    fc.assert(
      fc.property(similarity, (original) => {
        const found = fitSimilarity(points, applySimilarity(original, points), STABLE);
        expect(found.cos).toBeCloseTo(original.cos, 4);
        expect(found.sin).toBeCloseTo(original.sin, 4);
        expect(found.x).toBeCloseTo(original.x, 2);
        expect(found.y).toBeCloseTo(original.y, 2);
      }),
    );
  });

  it('is undone by its inverse, depth included', () => {
    const points = faceShape({ x: 0, y: 0 });
    fc.assert(
      fc.property(similarity, (original) => {
        const back = applySimilarity(invertSimilarity(original), applySimilarity(original, points));
        for (let i = 0; i < points.length; i++) expect(back[i]).toBeCloseTo(points[i], 2);
      }),
    );
  });
});
