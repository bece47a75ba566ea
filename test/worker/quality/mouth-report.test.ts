import { describe, expect, it } from 'vitest';
import { assessMouth } from '../../../worker/quality/mouth-report.ts';
import type { MouthSeries } from '../../../worker/quality/mouth-series.ts';
import type { MouthTrajectory } from '../../../worker/speech/articulation.ts';

const FRAMES = 300;
const SILENT_FROM = 200;

/** Talks for 200 frames, sealing the lips every 20, then rests. */
function trajectory(): MouthTrajectory {
  const frames = Array.from({ length: FRAMES }, (_, k) => k);
  const talks = (k: number) => k < SILENT_FROM;
  const sealed = (k: number) => talks(k) && k % 20 < 2;
  return {
    opening: Float32Array.from(frames, (k) => (talks(k) && !sealed(k) ? 0.5 + 0.3 * Math.sin(k * 0.9) : 0)),
    width: Float32Array.from(frames, (k) => (talks(k) ? Math.sin(k * 0.4) : 0)),
    closure: Float32Array.from(frames, (k) => (sealed(k) ? 1 : 0)),
    labiodental: new Float32Array(FRAMES),
    speech: Float32Array.from(frames, (k) => (talks(k) ? 1 : 0)),
  };
}

/** A face that does what it is told, `delay` frames late. */
function obedient({ opening, width }: MouthTrajectory, delay = 0): MouthSeries {
  const at = (values: Float32Array, k: number) => values[Math.max(0, k - delay)];
  return {
    opening: opening.map((_, k) => 0.01 + 0.12 * at(opening, k)),
    width: width.map((_, k) => 0.6 + 0.05 * at(width, k)),
  };
}

describe('assessMouth', () => {
  const wanted = trajectory();

  it('gives full marks to a mouth that does exactly what is wanted', () => {
    const report = assessMouth(wanted, obedient(wanted));
    expect(report.fidelity).toBeCloseTo(1, 5);
    expect(report.widthFidelity).toBeCloseTo(1, 5);
    expect(report.syncOffsetFrames).toBeCloseTo(0, 1);
    expect(report).toMatchObject({ closureRecall: 1, closurePrecision: 1, silenceMotion: 0 });
    expect(report.openingCorrelation).toBeUndefined();
  });

  it('sees a mouth that comes three frames late', () => {
    const report = assessMouth(wanted, obedient(wanted, 3));
    expect(report.syncOffsetFrames).toBeCloseTo(3, 1);
    expect(report.fidelity).toBeLessThan(0.6);
    expect(report.closureRecall).toBeLessThan(0.2);
  });

  it('sees lips that never seal', () => {
    const mouth = obedient(wanted);
    const report = assessMouth(wanted, { ...mouth, opening: mouth.opening.map((value) => Math.max(value, 0.06)) });
    expect(report.closureRecall).toBe(0);
    expect(report.fidelity).toBeGreaterThan(0.7);
  });

  it('sees a mouth that flutters in silence', () => {
    const mouth = obedient(wanted);
    const fluttering = mouth.opening.map((value, k) => (k >= SILENT_FROM && k % 2 ? value + 0.05 : value));
    expect(assessMouth(wanted, { ...mouth, opening: fluttering }).silenceMotion).toBeGreaterThan(0.5);
  });

  it('gives no marks to a mouth that stands still', () => {
    const still = { opening: new Float32Array(FRAMES).fill(0.05), width: new Float32Array(FRAMES).fill(0.6) };
    const report = assessMouth(wanted, still);
    expect(report.fidelity).toBeUndefined();
    expect(report.closureRecall).toBe(0);
  });

  it('holds the result against the original mouth when that spoke the same words', () => {
    const original = obedient(wanted);
    const report = assessMouth(wanted, { ...original, width: original.width.map((value) => -value) }, { original });
    expect(report.openingCorrelation).toBeCloseTo(1, 5);
    expect(report.widthCorrelation).toBeCloseTo(-1, 5);
    expect(report.closureRecall).toBe(1);
  });

  it('doesn’t blame lips for seals that nobody can see, because there is no face', () => {
    const mouth = obedient(wanted);
    const hidden = mouth.opening.map((value, k) => (k < 100 ? Number.NaN : value));
    expect(assessMouth(wanted, { ...mouth, opening: hidden }).closureRecall).toBe(1);
  });

  it('holds closures against the sounds where those are known', () => {
    const contacts = {
      sealed: Array.from({ length: FRAMES }, (_, k) => k % 40 < 2),
      bitten: Array.from({ length: FRAMES }, () => false),
    };
    const report = assessMouth(wanted, obedient(wanted), { contacts });
    expect(report.closureRecall).toBe(1);
    expect(report.closurePrecision).toBeCloseTo(0.5, 1);
  });

  it('tells how far a result is from the original mouth, which a correlation doesn’t', () => {
    const original = obedient(wanted);
    const wide = { ...original, opening: original.opening.map((value) => value + 0.03) };
    const report = assessMouth(wanted, wide, { original });
    expect(report.openingCorrelation).toBeCloseTo(1, 5);
    expect(report.openingError).toBeCloseTo(0.03, 5);
    expect(report.widthError).toBe(0);
  });

  it('sees how far a mouth goes on moving when nobody speaks', () => {
    const mouth = obedient(wanted);
    expect(assessMouth(wanted, mouth).restSpread).toBe(0);
    const restless = mouth.opening.map((value, k) => (k >= SILENT_FROM ? value + 0.04 * Math.sin(k) : value));
    expect(assessMouth(wanted, { ...mouth, opening: restless }).restSpread).toBeGreaterThan(0.05);
  });
});
