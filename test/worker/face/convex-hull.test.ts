import fc from 'fast-check';
import { expect, test } from 'vitest';
import { convexHull } from '../../../worker/face/convex-hull.ts';

test('a hull holds all its points and runs clockwise on the screen', () => {
  const coordinate = fc.integer({ min: -50, max: 50 });
  const points = fc.array(fc.record({ x: coordinate, y: coordinate }), { minLength: 3, maxLength: 30 });
  fc.assert(
    fc.property(points, (given) => {
      const hull = convexHull(given);
      fc.pre(hull.length >= 3);
      for (const [i, a] of hull.entries()) {
        const b = hull[(i + 1) % hull.length];
        for (const p of given) {
          expect((b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x)).toBeGreaterThanOrEqual(0);
        }
      }
    }),
  );
});
