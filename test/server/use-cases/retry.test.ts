import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { claimJob } from '../../../platform/jobs/claim.ts';
import { completeJob, failJob } from '../../../platform/jobs/finish.ts';
import { accounts, jobs, uploads } from '../../../schema/tables.ts';
import {
  IdempotencyConflict,
  InsufficientCredits,
  InvalidInput,
  JobNotRetryable,
  NotFound,
} from '../../../server/refusal.ts';
import { cancelJob } from '../../../server/use-cases/cancel.ts';
import { retryEndedJob } from '../../../server/use-cases/retry.ts';
import { submitTalkV2V } from '../../../server/use-cases/submit.ts';
import { INPUT, openServices, RESULT, storedUpload, type TestServices } from '../services.ts';

let server: TestServices;
let context: Awaited<ReturnType<TestServices['account']>>;

beforeAll(async () => {
  server = await openServices();
});
beforeEach(async () => {
  context = await server.account(150);
});
afterAll(() => server[Symbol.asyncDispose]());

async function failed(input: object = {}, idempotencyKey?: string) {
  const job = await submitTalkV2V(context, { input: { ...INPUT, audioDuration: 10, ...input }, idempotencyKey });
  await failJob(context.db, { id: job.id, code: 'INPUT_UNREACHABLE', message: 'Down.' });
  return job;
}

async function credits(): Promise<number> {
  const [row] = await context.db.select().from(accounts).where(eq(accounts.id, context.account.id));
  return row.credits;
}

test('a failed job is done again as a new one that names it, with the same request and credits held anew', async () => {
  const job = await failed({ seed: 7, resolution: '720p' });
  const again = await retryEndedJob(context, job.id);
  expect(again.id).not.toBe(job.id);
  expect(again).toMatchObject({ retryOf: job.id, status: 'queued', request: job.request, creditsHeld: 100 });
  expect(await credits()).toBe(50);
});

test('a canceled job can be retried, and so can the retry', async () => {
  const job = await submitTalkV2V(context, { input: { ...INPUT, audioDuration: 1 } });
  await cancelJob(context, job.id);
  const second = await retryEndedJob(context, job.id);
  await cancelJob(context, second.id);
  expect(await retryEndedJob(context, second.id)).toMatchObject({ retryOf: second.id });
});

test('an open or completed job is refused', async () => {
  const job = await submitTalkV2V(context, { input: { ...INPUT, audioDuration: 1 } });
  await expect(retryEndedJob(context, job.id)).rejects.toThrow(JobNotRetryable);
  await claimJob(context.db, job.id, 'wrk_test');
  await expect(retryEndedJob(context, job.id)).rejects.toThrow(/processing/);
  await completeJob(context.db, { id: job.id, attempt: 1, creditsUsed: 10, stages: [], result: RESULT });
  await expect(retryEndedJob(context, job.id)).rejects.toThrow(/completed/);
});

test('an upload that is no longer kept is named, and nothing is held', async () => {
  const audioFile = await storedUpload(context);
  const job = await failed({ audioFile });
  await context.db.delete(uploads).where(eq(uploads.accountId, context.account.id));
  const refusal = await retryEndedJob(context, job.id).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(InvalidInput);
  expect(refusal).toMatchObject({ issues: [{ path: 'audioFile' }] });
  expect(await credits()).toBe(150);
});

test('a model that is no longer offered is named', async () => {
  const job = await failed();
  await context.db
    .update(jobs)
    .set({ request: { ...job.request, model: 'gone' } })
    .where(eq(jobs.id, job.id));
  await expect(retryEndedJob(context, job.id)).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
});

test('credits must suffice', async () => {
  const job = await failed();
  await submitTalkV2V(context, { input: { ...INPUT, audioDuration: 10 } });
  await expect(retryEndedJob(context, job.id)).rejects.toThrow(InsufficientCredits);
});

test('a repeated retry under one key gives one job; the key of the first submission is a conflict', async () => {
  const job = await failed({ audioDuration: 1 }, 'first');
  const [one, two] = await Promise.all([
    retryEndedJob(context, job.id, 'again'),
    retryEndedJob(context, job.id, 'again'),
  ]);
  expect(two.id).toBe(one.id);
  expect(await credits()).toBe(140);
  await expect(retryEndedJob(context, job.id, 'first')).rejects.toThrow(IdempotencyConflict);
});

test('unknown jobs and those of other accounts are not found', async () => {
  const job = await failed();
  const stranger = await server.account();
  await expect(retryEndedJob(stranger, job.id)).rejects.toThrow(NotFound);
  await expect(retryEndedJob(context, 'nonsense')).rejects.toThrow(NotFound);
});
