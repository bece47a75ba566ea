import { describe, expect, it } from 'vitest';
import { findVoice } from '../../../worker/speech/voice-activity.ts';

const track = (...runs: readonly (readonly [count: number, probability: number])[]) =>
  Float32Array.from(runs.flatMap(([count, probability]) => Array.from({ length: count }, () => probability)));

describe('findVoice', () => {
  it('finds the stretches in which the network is sure of a voice', () => {
    expect(findVoice(track([10, 0.01], [40, 0.999], [10, 0.02], [5, 0.995]))).toEqual([
      { start: 10, end: 50 },
      { start: 60, end: 65 },
    ]);
  });

  it('rides over a dip that stays above the lower threshold', () => {
    expect(findVoice(track([20, 0.999], [3, 0.35], [20, 0.999]))).toEqual([{ start: 0, end: 43 }]);
  });

  it('does not open at a probability that only reaches the lower threshold', () => {
    expect(findVoice(track([20, 0.45]))).toEqual([]);
  });

  it('leaves out music that excites the network without convincing it', () => {
    expect(findVoice(track([10, 0.1], [30, 0.9], [5, 0.99], [30, 0.8], [10, 0.1]))).toEqual([]);
  });

  it('finds nothing in nothing', () => {
    expect(findVoice(new Float32Array(0))).toEqual([]);
  });
});
