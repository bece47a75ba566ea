import fc from 'fast-check';
import { expect, test } from 'vitest';
import { strengths } from '../../../worker/retalk/strength.ts';

test('a clip that is usable throughout is replaced throughout', () => {
  expect([...strengths([true, true, true])]).toEqual([1, 1, 1]);
});

test('the new mouth is gone wherever the face is, and never comes or goes by more than a quarter a frame', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (usable) => {
      const strength = strengths(usable);
      for (let i = 0; i < usable.length; i++) {
        if (!usable[i]) expect(strength[i]).toBe(0);
        else expect(strength[i]).toBeGreaterThan(0);
        if (i > 0) expect(Math.abs(strength[i] - strength[i - 1])).toBeLessThanOrEqual(0.25);
      }
    }),
  );
});
