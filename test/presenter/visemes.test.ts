import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KNOWN_SOUNDS, mouthTrack } from '../../presenter/visemes.ts';

const FRAME = 1 / 25;

describe('the mouth that follows phonemes', () => {
  test('seals each p, b and m in at least one frame, however short the sound', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('p', 'b', 'm'),
        fc.double({ min: 0.01, max: 0.1, noNaN: true }),
        fc.double({ min: 0.3, max: 0.34, noNaN: true }),
        (ipa, length, start) => {
          const mouth = mouthTrack(
            [
              { start: start - 0.15, end: start, ipa: 'ɑ' },
              { start, end: start + length, ipa },
              { start: start + length, end: start + length + 0.15, ipa: 'ɑ' },
            ],
            FRAME,
          );
          const closures = Array.from({ length: 25 }, (_, i) => mouth(i * FRAME).closure);
          expect(Math.max(...closures)).toBeGreaterThan(0.99);
        },
      ),
    );
  });

  test('brings the lower lip to the teeth for f and v, and only for them', () => {
    const bite = (ipa: string) => mouthTrack([{ start: 0.2, end: 0.3, ipa }], FRAME)(0.24).teethOnLip;
    expect(bite('f')).toBe(1);
    expect(bite('v')).toBe(1);
    expect(bite('ɑ')).toBe(0);
  });

  test('opens wider for a than for i, spreads for i and purses for u', () => {
    const said = (ipa: string) => mouthTrack([{ start: 0.2, end: 0.4, ipa }], FRAME)(0.28);
    expect(said('ɑ').opening).toBeGreaterThan(2 * said('i').opening);
    expect(said('i').width).toBeGreaterThan(0.5);
    expect(said('u').width).toBeLessThan(-0.5);
  });

  test('rests before the first sound and in a long pause', () => {
    const mouth = mouthTrack(
      [
        { start: 1, end: 1.2, ipa: 'ɑ' },
        { start: 2.2, end: 2.4, ipa: 'ɑ' },
      ],
      FRAME,
    );
    expect(mouth(0).opening).toBe(0);
    expect(mouth(1.7).opening).toBeLessThan(0.02);
    expect(mouth(1.08).opening).toBeGreaterThan(0.5);
  });

  test('stays within what a mouth can do and moves without jumps for any sounds', () => {
    const sounds = fc.array(
      fc.record({ ipa: fc.constantFrom(...KNOWN_SOUNDS), length: fc.double({ min: 0.03, max: 0.2, noNaN: true }) }),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(sounds, (list) => {
        let end = 0.2;
        const phonemes = list.map(({ ipa, length }) => {
          const start = end;
          end += length;
          return { start, end, ipa };
        });
        const mouth = mouthTrack(phonemes, FRAME);
        for (let time = 0; time < end + 0.3; time += 0.01) {
          const pose = mouth(time);
          expect(pose.opening).toBeGreaterThanOrEqual(0);
          expect(pose.opening).toBeLessThanOrEqual(0.7);
          expect(Math.abs(pose.width)).toBeLessThanOrEqual(1);
          expect(Math.abs(mouth(time + 0.01).opening - pose.opening)).toBeLessThan(0.2);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('refuses a sound that it has no mouth for', () => {
    expect(() => mouthTrack([{ start: 0, end: 0.1, ipa: 'ǃ' }], FRAME)).toThrow(RangeError);
  });
});
