import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxPerFrame, meanPerFrame } from '../../../worker/speech/frame-sampling.ts';

const RATE = 50;
const FRAME_RATES = [12, 15, 23.976, 24, 25, 29.97, 30, 50, 59.94, 60];

function pulse(length: number, start: number, duration: number): Float32Array {
  const values = new Float32Array(length);
  return values.fill(1, start, start + duration);
}

describe('maxPerFrame', () => {
  it('shows every event of 60 ms in full, at every frame rate and phase', () => {
    const anyTimes = fc.record({
      frameRate: fc.constantFrom(...FRAME_RATES),
      start: fc.integer({ min: 10, max: 60 }),
      offsetSeconds: fc.double({ min: 0, max: 0.1, noNaN: true }),
    });
    fc.assert(
      fc.property(anyTimes, ({ frameRate, start, offsetSeconds }) => {
        const track = { values: pulse(100, start, 3), rate: RATE };
        const frames = maxPerFrame(track, { frameRate, frameCount: Math.ceil(2 * frameRate), offsetSeconds });
        expect(frames.some((value) => value > 0.999)).toBe(true);
      }),
    );
  });

  it('does not draw a 60 ms event out over more than two frames of 40 ms', () => {
    for (let start = 10; start < 20; start++) {
      const times = { frameRate: 25, frameCount: 40, offsetSeconds: 0 };
      const frames = maxPerFrame({ values: pulse(100, start, 3), rate: RATE }, times);
      expect(frames.filter((value) => value > 0.001).length).toBe(2);
    }
  });

  it('shows an event at the frame of its time', () => {
    const times = { frameRate: 25, frameCount: 50, offsetSeconds: 0 };
    const frames = maxPerFrame({ values: pulse(100, 40, 1), rate: RATE }, times);
    expect(frames.indexOf(1)).toBe(20);
  });

  it('looks ahead by the offset', () => {
    const times = { frameRate: 25, frameCount: 50, offsetSeconds: 0.08 };
    const frames = maxPerFrame({ values: pulse(100, 40, 1), rate: RATE }, times);
    expect(frames.indexOf(1)).toBe(18);
  });
});

describe('meanPerFrame', () => {
  it('keeps a constant away from the edges and a straight line everywhere in between', () => {
    fc.assert(
      fc.property(fc.constantFrom(...FRAME_RATES), fc.double({ min: -1, max: 1, noNaN: true }), (frameRate, slope) => {
        const values = Float32Array.from({ length: 150 }, (_, k) => slope * (k / RATE));
        const times = { frameRate, frameCount: Math.floor(2.5 * frameRate), offsetSeconds: 0.1 };
        const frames = meanPerFrame({ values, rate: RATE }, times);
        for (const [frame, value] of frames.entries()) {
          expect(value).toBeCloseTo(slope * (frame / frameRate + 0.1), 4);
        }
      }),
    );
  });

  it('stays within the range of the track', () => {
    const tracks = fc.float32Array({ min: -1, max: 1, noNaN: true, minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(tracks, fc.constantFrom(...FRAME_RATES), (values, frameRate) => {
        const frames = meanPerFrame({ values, rate: RATE }, { frameRate, frameCount: 60, offsetSeconds: 0.04 });
        const low = Math.min(0, ...values) - 1e-5;
        const high = Math.max(0, ...values) + 1e-5;
        for (const value of frames) {
          expect(value).toBeGreaterThanOrEqual(low);
          expect(value).toBeLessThanOrEqual(high);
        }
      }),
    );
  });

  it('is zero past the end, and for a track of nothing', () => {
    const times = { frameRate: 25, frameCount: 10, offsetSeconds: 0.04 };
    expect([...meanPerFrame({ values: new Float32Array(0), rate: RATE }, times)]).toEqual(new Array(10).fill(0));
    expect(meanPerFrame({ values: pulse(5, 0, 5), rate: RATE }, times)[9]).toBe(0);
  });
});
