import { describe, expect, it } from 'vitest';
import { LOG_MEL, logMel, logMelFrames } from '../../../worker/speech/log-mel.ts';

const second = (hz: number) =>
  Float32Array.from({ length: 16_000 }, (_, i) => Math.sin((2 * Math.PI * hz * i) / LOG_MEL.sampleRate));

function loudestBand(features: Float32Array, frame: number): number {
  const row = features.subarray(frame * LOG_MEL.bands, (frame + 1) * LOG_MEL.bands);
  return row.indexOf(Math.max(...row));
}

describe('logMel', () => {
  it('puts a tone into the band that holds its frequency', () => {
    const bandOf = (hz: number) => loudestBand(logMel(second(hz), { firstFrame: 0, frameCount: 100, peak: 1 }), 50);
    const melOf = (hz: number) => 2595 * Math.log10(1 + hz / 700);
    for (const hz of [200, 500, 1000, 3000, 6000]) {
      const expected = ((melOf(hz) - melOf(60)) / (melOf(7600) - melOf(60))) * 65 - 1;
      expect(Math.abs(bandOf(hz) - expected)).toBeLessThanOrEqual(1);
    }
  });

  it('centres frame i on sample 160·i', () => {
    const click = new Float32Array(16_000);
    click[160 * 40] = 1;
    const features = logMel(click, { firstFrame: 0, frameCount: 100, peak: 1 });
    const energy = Array.from({ length: 100 }, (_, frame) => features[frame * LOG_MEL.bands + 32]);
    expect(energy.indexOf(Math.max(...energy))).toBe(40);
    expect(energy[38]).toBeCloseTo(Math.log(LOG_MEL.floor), 5);
  });

  it('gives a part of a signal the same features as the whole', () => {
    const tone = second(440);
    const whole = logMel(tone, { firstFrame: 0, frameCount: 100, peak: 1 });
    const part = logMel(tone, { firstFrame: 30, frameCount: 20, peak: 1 });
    expect(part).toEqual(whole.subarray(30 * LOG_MEL.bands, 50 * LOG_MEL.bands));
  });

  it('does not depend on loudness once the peak is named', () => {
    const tone = second(440);
    const loud = logMel(tone, { firstFrame: 0, frameCount: 100, peak: 1 });
    const quiet = logMel(
      tone.map((sample) => sample / 1024),
      { firstFrame: 0, frameCount: 100, peak: 1 / 1024 },
    );
    expect(quiet).toEqual(loud);
  });

  it('turns silence into the floor and counts whole frames only', () => {
    expect(logMelFrames(0)).toBe(0);
    expect(logMelFrames(319)).toBe(1);
    const features = logMel(new Float32Array(320), { firstFrame: 0, frameCount: 2, peak: 1 });
    for (const value of features) expect(value).toBeCloseTo(Math.log(1e-10), 5);
  });
});
