import { eq } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { claimJob } from '../../../platform/jobs/claim.ts';
import { completeJob } from '../../../platform/jobs/finish.ts';
import { jobs } from '../../../schema/tables.ts';
import type { AccountContext } from '../../../server/context.ts';
import { estimateSeconds, estimateUnder } from '../../../server/use-cases/estimate.ts';
import { quoteTalkV2V } from '../../../server/use-cases/quote.ts';
import { submitTalkV2V } from '../../../server/use-cases/submit.ts';
import { INPUT, openServices, type TestServices } from '../services.ts';

const idle = { pace: { '480p': 2, '720p': 4 }, backlog: { '480p': 0, '720p': 0 }, queued: 0, running: 0 };

describe('the estimate', () => {
  test('of an idle service is the job’s own work and its fixed part', () => {
    expect(estimateUnder(idle, { resolution: '720p', outputSeconds: 10 })).toBe(42);
    expect(estimateUnder(idle, { resolution: '480p', outputSeconds: 10 })).toBe(22);
    expect(estimateUnder(idle, { resolution: '480p', outputSeconds: 0.1 })).toBe(2);
  });

  test('adds the backlog, shared by the jobs that run', () => {
    const busy = { ...idle, backlog: { '480p': 30, '720p': 15 }, running: 1 };
    expect(estimateUnder(busy, { resolution: '720p', outputSeconds: 10 })).toBe(162);
    expect(estimateUnder({ ...busy, running: 3 }, { resolution: '720p', outputSeconds: 10 })).toBe(82);
    const crowded = { ...busy, queued: 30, running: 3 };
    expect(estimateUnder(crowded, { resolution: '720p', outputSeconds: 10 })).toBe(102);
  });

  test('is at least a second and never shrinks with more to do', () => {
    const seconds = fc.double({ min: 0.01, max: 1800, noNaN: true });
    fc.assert(
      fc.property(seconds, seconds, seconds, (own, backlog, more) => {
        const load = (ahead: number) => ({ ...idle, backlog: { '480p': 0, '720p': ahead } });
        const estimate = estimateUnder(load(backlog), { resolution: '480p', outputSeconds: own });
        expect(estimate).toBeGreaterThanOrEqual(1);
        expect(Number.isInteger(estimate)).toBe(true);
        const later = estimateUnder(load(backlog + more), { resolution: '480p', outputSeconds: own });
        expect(later).toBeGreaterThanOrEqual(estimate);
      }),
    );
  });
});

describe('with a database', () => {
  let server: TestServices;
  let context: AccountContext;

  beforeAll(async () => {
    server = await openServices();
    context = await server.account();
  });

  afterAll(() => server[Symbol.asyncDispose]());

  test('recent jobs set the pace, and open jobs are counted by what they have left', async () => {
    const work = { resolution: '720p', outputSeconds: 10 } as const;
    const assumed = await estimateSeconds(context, work);
    const done = await submitTalkV2V(context, { input: { ...INPUT, audioDuration: 8 } });
    await claimJob(context.db, done.id, 'wrk_test');
    const result = {
      videoKey: 'results/x/1.mp4',
      posterKey: 'results/x/1.jpg',
      width: 1280,
      height: 720,
      frameRate: 25,
      frameCount: 200,
      durationSeconds: 8,
      bytes: 1,
      sha256: '',
    };
    await completeJob(context.db, { id: done.id, attempt: 1, result, creditsUsed: 80, stages: [] });
    const [startedAt, endedAt] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-01-01T00:00:24Z')];
    await context.db.update(jobs).set({ startedAt, endedAt }).where(eq(jobs.id, done.id));
    // 24 s of work, two of them fixed, made 8 s of output: 2.75 s a second.
    expect(assumed).toBe(12);
    expect(await estimateSeconds(context, work)).toBe(30);

    const ahead = await submitTalkV2V(context, { input: { ...INPUT, audioDuration: 20 } });
    expect(await estimateSeconds(context, work)).toBe(87);
    await context.db.update(jobs).set({ status: 'processing', progress: 0.5 }).where(eq(jobs.id, ahead.id));
    expect(await estimateSeconds(context, work)).toBe(57);
  });

  test.each([
    [{ audioDuration: 8.5 }, { credits: 80, billedSeconds: 8, exact: true }],
    [
      { audioDuration: 8.5, resolution: '480p' },
      { credits: 40, billedSeconds: 8, exact: true },
    ],
    [{ audioDuration: 0.2 }, { credits: 10, billedSeconds: 1, exact: true }],
    [
      { maxFrames: 100, frameRate: 25 },
      { credits: 40, billedSeconds: 4, exact: true },
    ],
    [{ maxFrames: 100 }, { credits: 600, billedSeconds: 60, exact: false }],
    [{}, { credits: 600, billedSeconds: 60, exact: false }],
  ])('a request with %j is quoted as %j', async (fields, expected) => {
    expect(await quoteTalkV2V(context, { ...INPUT, ...fields })).toMatchObject(expected);
  });

  test('a quote is what a submit holds', async () => {
    const input = { ...INPUT, audioDuration: 12 };
    const quote = await quoteTalkV2V(context, input);
    expect((await submitTalkV2V(context, { input })).creditsHeld).toBe(quote.credits);
  });
});
