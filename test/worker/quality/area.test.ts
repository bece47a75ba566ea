import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convexHull } from '../../../worker/face/convex-hull.ts';
import { type Area, fillHull } from '../../../worker/quality/area.ts';

const pixels = (area: Area) => area.inside.reduce((sum, inside) => sum + inside, 0);

describe('fillHull', () => {
  it('fills as many pixels as the polygon has area', () => {
    const circle = Array.from({ length: 90 }, (_, k) => ({
      x: 50 + 29.5 * Math.cos((k * Math.PI) / 45),
      y: 60 + 29.5 * Math.sin((k * Math.PI) / 45),
    }));
    const area = fillHull(convexHull(circle), 120, 120);
    expect(pixels(area) / (Math.PI * 29.5 ** 2)).toBeCloseTo(1, 1);
    expect(area.left).toBe(21);
    expect(area.top).toBe(31);
  });

  it('holds exactly the pixels inside, wherever the polygon lies', () => {
    const point = fc.record({ x: fc.integer({ min: -30, max: 60 }), y: fc.integer({ min: -30, max: 60 }) });
    fc.assert(
      fc.property(fc.array(point, { minLength: 3, maxLength: 8 }), (points) => {
        const hull = convexHull(points);
        fc.pre(hull.length >= 3);
        const area = fillHull(hull, 32, 24);
        const depth = (x: number, y: number) =>
          Math.min(
            ...hull.map((from, i) => {
              const to = hull[(i + 1) % hull.length];
              const cross = (to.x - from.x) * (y - from.y) - (to.y - from.y) * (x - from.x);
              return cross / Math.hypot(to.x - from.x, to.y - from.y);
            }),
          );
        for (let y = 0; y < 24; y++) {
          for (let x = 0; x < 32; x++) {
            const column = x - area.left;
            const row = y - area.top;
            const boxed = column >= 0 && row >= 0 && column < area.width && row < area.height;
            const inside = boxed && area.inside[row * area.width + column] === 1;
            // On the edge itself, rounding decides.
            const clearly = Math.abs(depth(x, y)) > 1e-6;
            if (clearly && inside !== depth(x, y) > 0) expect.fail(`pixel ${x}, ${y} of ${JSON.stringify(hull)}`);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
