import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mouthPresence } from '../../../worker/speech/mouth-presence.ts';

const RATE = 50;

describe('mouthPresence', () => {
  it('is full during a voice and exactly zero far from any', () => {
    const presence = mouthPresence([{ start: 100, end: 150 }], 300, RATE);
    for (let k = 100; k < 150; k++) expect(presence[k]).toBe(1);
    for (let k = 0; k < 92; k++) expect(presence[k]).toBe(0);
    for (let k = 150 + 18; k < 300; k++) expect(presence[k]).toBe(0);
  });

  it('holds the mouth for 120 ms of silence and has it at rest after 350 ms', () => {
    const presence = mouthPresence([{ start: 0, end: 50 }], 150, RATE);
    expect(presence[50 + 5]).toBe(1);
    expect(presence[50 + 11]).toBeGreaterThan(0.2);
    expect(presence[50 + 11]).toBeLessThan(0.8);
    expect(presence[50 + 17]).toBeLessThan(0.01);
  });

  it('does not let the mouth rest in a gap shorter than 120 ms', () => {
    const presence = mouthPresence(
      [
        { start: 10, end: 30 },
        { start: 36, end: 60 },
      ],
      60,
      RATE,
    );
    for (let k = 10; k < 60; k++) expect(presence[k]).toBe(1);
  });

  it('starts to move before the voice does', () => {
    const presence = mouthPresence([{ start: 50, end: 60 }], 100, RATE);
    expect(presence[49]).toBeGreaterThan(0.9);
    expect(presence[44]).toBeGreaterThan(0);
    for (let k = 42; k < 50; k++) expect(presence[k]).toBeGreaterThanOrEqual(presence[k - 1]);
  });

  it('stays within 0…1 and never jumps by more than a fifth', () => {
    const gaps = fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 })), { maxLength: 8 });
    fc.assert(
      fc.property(gaps, (runs) => {
        let at = 20;
        const spans = runs.map(([gap, length]) => {
          const start = at + gap;
          at = start + length;
          return { start, end: at };
        });
        const presence = mouthPresence(spans, at + 40, RATE);
        for (let k = 1; k < presence.length; k++) {
          expect(presence[k]).toBeGreaterThanOrEqual(0);
          expect(presence[k]).toBeLessThanOrEqual(1);
          expect(Math.abs(presence[k] - presence[k - 1])).toBeLessThan(0.2);
        }
      }),
    );
  });
});
