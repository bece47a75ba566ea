import fc from 'fast-check';
import { expect, test } from 'vitest';
import { STAGES } from '../../../schema/job.ts';
import { ProgressMeter } from '../../../worker/jobs/progress-meter.ts';

test('progress never goes back and stays within 0 and 1, whatever is reported', () => {
  const reports = fc.array(fc.tuple(fc.nat(STAGES.length - 1), fc.double({ min: -1, max: 2, noNaN: true })));
  fc.assert(
    fc.property(reports, (steps) => {
      const meter = new ProgressMeter(() => 0);
      const inOrder = steps.toSorted(([a], [b]) => a - b);
      let last = 0;
      for (const [stage, fraction] of inOrder) {
        meter.report(STAGES[stage], fraction);
        const { progress } = meter.read();
        expect(progress).toBeGreaterThanOrEqual(last);
        expect(progress).toBeLessThanOrEqual(1);
        last = progress;
      }
    }),
  );
});

test('the time left follows from the share that is done', () => {
  let now = 0;
  const meter = new ProgressMeter(() => now);
  expect(meter.read().etaSeconds).toBeNull();
  meter.report('render', 0.5);
  now = 10_000;
  const { progress, etaSeconds } = meter.read();
  expect(etaSeconds).toBeCloseTo((10 * (1 - progress)) / progress);
});

test('each stage is timed from where the one before ended', () => {
  let now = 1000;
  const meter = new ProgressMeter(() => now);
  now = 3000;
  meter.report('analyse', 0);
  now = 4500;
  expect(meter.finish()).toEqual([
    { name: 'fetch', startedAt: '1970-01-01T00:00:01.000Z', seconds: 2 },
    { name: 'analyse', startedAt: '1970-01-01T00:00:03.000Z', seconds: 1.5 },
  ]);
});
