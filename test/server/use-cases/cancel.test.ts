import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { claimJob } from '../../../platform/jobs/claim.ts';
import { completeJob, confirmStopped } from '../../../platform/jobs/finish.ts';
import { accounts, jobs, ledgerEntries } from '../../../schema/tables.ts';
import { NotFound } from '../../../server/refusal.ts';
import { cancelJob } from '../../../server/use-cases/cancel.ts';
import { submitTalkV2V } from '../../../server/use-cases/submit.ts';
import { INPUT, openServices, RESULT, type TestServices } from '../services.ts';

let server: TestServices;
let context: Awaited<ReturnType<TestServices['account']>>;

beforeAll(async () => {
  server = await openServices();
});
beforeEach(async () => {
  context = await server.account(1_000);
});
afterAll(() => server[Symbol.asyncDispose]());

const submit = () => submitTalkV2V(context, { input: { ...INPUT, audioDuration: 10 } });

async function credits(): Promise<number> {
  const [row] = await context.db.select().from(accounts).where(eq(accounts.id, context.account.id));
  return row.credits;
}

test('a queued job is canceled at once and its credits are back', async () => {
  const { id } = await submit();
  expect(await credits()).toBe(900);
  const { outcome, job } = await cancelJob(context, id);
  expect(outcome).toBe('canceled');
  expect(job).toMatchObject({ status: 'canceled', creditsUsed: 0, leaseExpiresAt: null });
  expect(await credits()).toBe(1_000);
});

test('of a job in work the cancellation is requested until its worker confirms; it has ended for its owner', async () => {
  const { id } = await submit();
  await claimJob(context.db, id, 'wrk_test');
  const first = await cancelJob(context, id);
  expect(first).toMatchObject({ outcome: 'requested', job: { status: 'canceled', creditsUsed: 0 } });
  expect(await credits()).toBe(1_000);
  expect((await cancelJob(context, id)).outcome).toBe('requested');
  await confirmStopped(context.db, id, 1);
  expect((await cancelJob(context, id)).outcome).toBe('already_ended');
  expect(await credits()).toBe(1_000);
});

test('a worker that is lost need not confirm', async () => {
  const [before, after] = [await submit(), await submit()];
  for (const { id } of [before, after]) await claimJob(context.db, id, 'wrk_test');
  const loseWorkers = () =>
    context.db
      .update(jobs)
      .set({ leaseExpiresAt: sql`now() - interval '1 second'` })
      .where(eq(jobs.accountId, context.account.id));
  await cancelJob(context, after.id);
  await loseWorkers();
  expect((await cancelJob(context, before.id)).outcome).toBe('canceled');
  expect((await cancelJob(context, after.id)).outcome).toBe('already_ended');
});

test('a job that has completed stays as it is, and stays paid', async () => {
  const { id } = await submit();
  await claimJob(context.db, id, 'wrk_test');
  await completeJob(context.db, { id, attempt: 1, creditsUsed: 70, stages: [], result: RESULT });
  expect(await cancelJob(context, id)).toMatchObject({ outcome: 'already_ended', job: { status: 'completed' } });
  expect(await credits()).toBe(930);
});

test('of many cancellations at once one ends the job, and the credits come back once', async () => {
  const { id } = await submit();
  const outcomes = (await Promise.all(Array.from({ length: 10 }, () => cancelJob(context, id)))).map((c) => c.outcome);
  expect(outcomes.filter((outcome) => outcome === 'canceled')).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome === 'already_ended')).toHaveLength(9);
  expect(await credits()).toBe(1_000);
  const entries = await context.db.select().from(ledgerEntries).where(eq(ledgerEntries.jobId, id));
  expect(entries.map(({ kind }) => kind)).toEqual(['hold', 'release']);
});

test('a cancellation and a completion that race leave one of the two, with its price', async () => {
  for (let round = 0; round < 5; round++) {
    const { id } = await submit();
    await claimJob(context.db, id, 'wrk_test');
    const before = await credits();
    const [{ outcome, job }, completed] = await Promise.all([
      cancelJob(context, id),
      completeJob(context.db, { id, attempt: 1, creditsUsed: 70, stages: [], result: RESULT }),
    ]);
    expect(outcome).toBe(completed === undefined ? 'requested' : 'already_ended');
    expect(job.status).toBe(completed === undefined ? 'canceled' : 'completed');
    expect((await credits()) - before).toBe(completed === undefined ? 100 : 30);
  }
});

test('watchers are told the end', async () => {
  const { id } = await submit();
  const watcher = await context.feed.watch(context, id);
  await watcher.next();
  await cancelJob(context, id);
  expect((await watcher.next()).value).toMatchObject({ status: 'canceled', creditsUsed: 0 });
  expect((await watcher.next()).done).toBe(true);
});

test('unknown jobs and those of other accounts are not found and not touched', async () => {
  const { id } = await submit();
  const stranger = await server.account();
  await expect(cancelJob(stranger, id)).rejects.toThrow(NotFound);
  await expect(cancelJob(context, 'tlk_1_unknown')).rejects.toThrow(NotFound);
  expect((await cancelJob(context, id)).outcome).toBe('canceled');
});
