import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SYNC_MODES } from '../../../schema/request.ts';
import { movesForwardOnly, planTimeline } from '../../../worker/media/timeline.ts';

const lengths = { source: fc.integer({ min: 1, max: 400 }), output: fc.integer({ min: 1, max: 1500 }) };

describe('planTimeline', () => {
  it.each(SYNC_MODES)('%s starts at the first frame and stays within the source', (mode) => {
    fc.assert(
      fc.property(lengths.source, lengths.output, (source, output) => {
        const timeline = planTimeline(mode, source, output);
        expect(timeline).toHaveLength(output);
        expect(timeline[0]).toBe(0);
        expect(timeline.every((index) => index >= 0 && index < source)).toBe(true);
      }),
    );
  });

  it.each(['bounce', 'silence'] as const)('%s never moves by more than one frame and never rests on one', (mode) => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 400 }), lengths.output, (source, output) => {
        const timeline = planTimeline(mode, source, output);
        for (let k = 1; k < output; k++) expect(Math.abs(timeline[k] - timeline[k - 1])).toBe(1);
      }),
    );
  });

  it('loop wraps from the last frame to the first', () => {
    expect([...planTimeline('loop', 3, 8)]).toEqual([0, 1, 2, 0, 1, 2, 0, 1]);
  });

  it('bounce turns at both ends without showing the turning frame twice', () => {
    expect([...planTimeline('bounce', 4, 10)]).toEqual([0, 1, 2, 3, 2, 1, 0, 1, 2, 3]);
  });

  it('cut_off plays the source as it is', () => {
    expect([...planTimeline('cut_off', 5, 3)]).toEqual([0, 1, 2]);
  });

  it('remap moves forward only, ends at the last frame and skips none when slowed down', () => {
    fc.assert(
      fc.property(lengths.source, fc.integer({ min: 2, max: 1500 }), (source, output) => {
        const timeline = planTimeline('remap', source, output);
        expect(movesForwardOnly(timeline)).toBe(true);
        expect(timeline[output - 1]).toBe(source - 1);
        if (output >= source) expect(new Set(timeline).size).toBe(source);
      }),
    );
  });

  it('knows a timeline that goes back', () => {
    expect(movesForwardOnly(Int32Array.of(0, 0, 1, 5))).toBe(true);
    expect(movesForwardOnly(Int32Array.of(0, 1, 0))).toBe(false);
  });

  it('refuses a source without frames', () => {
    expect(() => planTimeline('bounce', 0, 5)).toThrow(RangeError);
  });
});
