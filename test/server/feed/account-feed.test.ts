import { eq, sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recordProgress } from '../../../platform/jobs/attempt.ts';
import { claimJob } from '../../../platform/jobs/claim.ts';
import { failJob } from '../../../platform/jobs/finish.ts';
import { snapshotOf } from '../../../platform/jobs/snapshot.ts';
import { connectNats } from '../../../platform/nats.ts';
import { publishSnapshot } from '../../../platform/publish.ts';
import type { JobSnapshot } from '../../../schema/job.ts';
import { apiKeys, type JobRow, jobs } from '../../../schema/tables.ts';
import { AccountFeed, type AccountFeedOptions } from '../../../server/feed/account-feed.ts';
import { Refusal } from '../../../server/refusal.ts';
import { cancelJob } from '../../../server/use-cases/cancel.ts';
import { submitTalkV2V } from '../../../server/use-cases/submit.ts';
import { ownNats } from '../../support/nats.ts';
import { waitFor } from '../../support/wait-for.ts';
import { INPUT, log, openServices, type TestServices } from '../services.ts';

let server: TestServices;
let context: Awaited<ReturnType<TestServices['account']>>;
const opened: AsyncIterableIterator<JobSnapshot>[] = [];

beforeAll(async () => {
  server = await openServices();
});
beforeEach(async () => {
  context = await server.account(1_000_000);
});
afterEach(async () => {
  for (const watcher of opened.splice(0)) await watcher.return?.();
});
afterAll(() => server[Symbol.asyncDispose]());

type Watched = AsyncIterableIterator<JobSnapshot>;

async function watch(feed = context.accountFeed, since?: Date): Promise<Watched> {
  const watcher = await feed.watch(context, since);
  opened.push(watcher);
  return watcher;
}

/** A feed of its own that re-reads every few milliseconds. */
function eager(options: Partial<AccountFeedOptions> = {}): AccountFeed {
  return new AccountFeed({ db: context.db, nats: context.nats, log, rereadMs: 20, ...options });
}

async function read(watcher: Watched): Promise<JobSnapshot> {
  const { done, value } = await watcher.next();
  if (done) throw new Error('the watcher has ended');
  return value;
}

const submit = () => submitTalkV2V(context, { input: { ...INPUT, audioDuration: 1 } });
const publish = (row: JobRow) => publishSnapshot(context.nats, row, log);

async function claim(id: string): Promise<JobRow> {
  const claimed = await claimJob(context.db, id, 'wrk_test');
  if (claimed.kind !== 'claimed') throw new Error(`the job is ${claimed.kind}`);
  return claimed.job;
}

async function progress(job: JobRow, share: number): Promise<JobRow> {
  const step = { stage: 'render', progress: share, etaSeconds: 1, stages: [], warnings: [] } as const;
  const row = await recordProgress(context.db, job.id, job.attempt, { ...step, stages: [], warnings: [] });
  if (row === undefined) throw new Error('the attempt was lost');
  return row;
}

async function fail(id: string): Promise<JobRow> {
  const row = await failJob(context.db, { id, code: 'NO_FACE', message: 'No face.' });
  if (row === undefined) throw new Error('the job had ended');
  return row;
}

/** Moves the end of a job into the past. */
function endedAgo(id: string, minutes: number) {
  const moment = sql`now() - ${minutes} * interval '1 minute'`;
  return context.db.update(jobs).set({ endedAt: moment, updatedAt: moment }).where(eq(jobs.id, id));
}

/** Reads until every one of the jobs was seen to have ended; gives how often each was seen. */
async function readEnds(watcher: Watched, ids: readonly string[]): Promise<Map<string, number>> {
  const missing = new Set(ids);
  const seen = new Map<string, number>();
  while (missing.size > 0) {
    const { id, status } = await read(watcher);
    seen.set(id, (seen.get(id) ?? 0) + 1);
    if (status === 'failed') missing.delete(id);
  }
  return seen;
}

describe('watching an account', () => {
  test('starts with the open jobs, then pushes what changes in any job, and new jobs', async () => {
    const [first, second] = [await submit(), await submit()];
    const watcher = await watch();
    expect([(await read(watcher)).id, (await read(watcher)).id]).toEqual([first.id, second.id]);
    const third = await submit();
    expect(await read(watcher)).toMatchObject({ id: third.id, status: 'queued' });
    const job = await claim(first.id);
    publish(job);
    expect(await read(watcher)).toEqual(snapshotOf(job));
    await cancelJob(context, second.id);
    expect(await read(watcher)).toMatchObject({ id: second.id, status: 'canceled' });
    publish(await progress(job, 0.5));
    expect(await read(watcher)).toMatchObject({ id: first.id, progress: 0.5 });
  });

  test('shows a job that ended before only if it is asked for, and none that was deleted', async () => {
    const [old, deleted, open] = [await submit(), await submit(), await submit()];
    for (const { id } of [old, deleted]) {
      await fail(id);
      await endedAgo(id, 10);
    }
    await context.db.update(jobs).set({ deletedAt: new Date() }).where(eq(jobs.id, deleted.id));
    const now = await watch();
    expect((await read(now)).id).toBe(open.id);
    const back = await watch(context.accountFeed, new Date(Date.now() - 3_600_000));
    expect(await read(back)).toMatchObject({ id: old.id, status: 'failed' });
    expect((await read(back)).id).toBe(open.id);
    publish(await claim(open.id));
    for (const watcher of [now, back]) expect(await read(watcher)).toMatchObject({ id: open.id, status: 'processing' });
  });

  test('shows nothing of other accounts', async () => {
    const watcher = await watch();
    const stranger = await server.account();
    await submitTalkV2V(stranger, { input: INPUT });
    const own = await submit();
    expect((await read(watcher)).id).toBe(own.id);
  });

  test('events that come late, twice or out of order never take a job back', async () => {
    const job = await claim((await submit()).id);
    const watcher = await watch();
    await read(watcher);
    const rows = [await progress(job, 0.1), await progress(job, 0.2), await progress(job, 0.3)];
    for (const row of [rows[2], rows[0], rows[2], rows[1]]) publish(row);
    expect(await read(watcher)).toMatchObject({ progress: 0.3 });
    const other = await submit();
    expect((await read(watcher)).id).toBe(other.id);
  });

  test('all watchers of an account share one interest, which ends with the last', async () => {
    const watchers = [await watch(), await watch()];
    expect(context.accountFeed.watchedAccounts).toBe(1);
    await watchers[0].return?.();
    const job = await submit();
    expect((await read(watchers[1])).id).toBe(job.id);
    await watchers[1].return?.();
    expect(context.accountFeed.watchedAccounts).toBe(0);
  });
});

describe('a slow reader', () => {
  test('gets the newest state of each job once, however often it changed', async () => {
    const [first, second] = [await claim((await submit()).id), await claim((await submit()).id)];
    const [slow, witness] = [await watch(), await watch()];
    for (const watcher of [slow, witness]) for (let n = 0; n < 2; n++) await read(watcher);
    for (let percent = 1; percent <= 30; percent++) {
      for (const job of [first, second]) publish(await progress(job, percent / 100));
    }
    const last = await submit();
    while ((await read(witness)).id !== last.id);
    const states = [await read(slow), await read(slow), await read(slow)];
    expect(states).toMatchObject([{ id: first.id, progress: 0.3 }, { id: second.id, progress: 0.3 }, { id: last.id }]);
  });

  test('of more jobs than are kept for it sees the end of every one, from the rows', async () => {
    await using feed = eager({ maxPendingJobs: 3, rereadMs: 3_600_000 });
    const submitted: JobRow[] = [];
    for (let n = 0; n < 20; n++) submitted.push(await submit());
    const [slow, witness] = [await watch(feed), await watch()];
    const ids = submitted.map(({ id }) => id);
    for (const id of ids) publish(await fail(id));
    await readEnds(witness, ids);
    const seen = await readEnds(slow, ids);
    expect(Math.max(...seen.values())).toBeLessThanOrEqual(2);
    // It is up to date again, and the next change comes as an event.
    const next = await submit();
    expect((await read(slow)).id).toBe(next.id);
  });

  test('sees every end also when more than a page of jobs ends while it does not read', async () => {
    await using feed = eager({ maxPendingJobs: 5, rereadMs: 3_600_000 });
    const ids: string[] = [];
    for (let n = 0; n < 230; n++) ids.push((await submit()).id);
    const slow = await watch(feed);
    await context.db
      .update(jobs)
      .set({ status: 'failed', endedAt: sql`now()`, updatedAt: sql`now()`, revision: 9 })
      .where(eq(jobs.accountId, context.account.id));
    await readEnds(slow, ids);
  });
});

describe('lost events', () => {
  test('delay a change and never hide it', async () => {
    await using feed = eager();
    const job = await claim((await submit()).id);
    const watcher = await watch(feed);
    await read(watcher);
    await progress(job, 0.5);
    expect(await read(watcher)).toMatchObject({ progress: 0.5 });
    await fail(job.id);
    expect(await read(watcher)).toMatchObject({ status: 'failed' });
    const unheard = await submit();
    expect((await read(watcher)).id).toBe(unheard.id);
  });

  test('a change that commits long after it was made is still seen', async () => {
    await using feed = eager();
    const [job, other] = [await submit(), await claim((await submit()).id)];
    const watcher = await watch(feed);
    for (let n = 0; n < 2; n++) await read(watcher);
    await context.db.transaction(async (tx) => {
      await tx.execute(sql`select now()`);
      // Meanwhile later changes are read from the rows; the second one surely by a reading that began after this did.
      for (const share of [0.1, 0.2]) {
        await progress(other, share);
        expect(await read(watcher)).toMatchObject({ id: other.id, progress: share });
      }
      await tx
        .update(jobs)
        .set({ status: 'failed', revision: 7, endedAt: sql`now()`, updatedAt: sql`now()` })
        .where(eq(jobs.id, job.id));
    });
    expect(await read(watcher)).toMatchObject({ id: job.id, status: 'failed' });
  });

  test('while NATS was away are made up for at once', async () => {
    await using natsServer = await ownNats();
    await using nats = await connectNats({ url: natsServer.url, prefix: 'away', name: 'test', log });
    await using feed = eager({ nats, rereadMs: 3_600_000 });
    const job = await submit();
    const watcher = await watch(feed);
    await read(watcher);
    await natsServer.stop();
    await fail(job.id);
    await natsServer.start();
    expect(await read(watcher)).toMatchObject({ status: 'failed' });
  });
});

test('a reader whose key is revoked is told so within a re-read; others of the account go on', async () => {
  await using feed = eager();
  await submit();
  const [revoked, other] = [await watch(feed), await feed.watch({ ...context, keyId: (await server.account()).keyId })];
  opened.push(other);
  for (const watcher of [revoked, other]) await read(watcher);
  await context.db.update(apiKeys).set({ revokedAt: new Date() }).where(eq(apiKeys.id, context.keyId));
  await expect(revoked.next()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect((await revoked.next()).done).toBe(true);
  const job = await submit();
  expect((await read(other)).id).toBe(job.id);
});

test('a server that stops tells its watchers to go elsewhere', async () => {
  const feed = eager({ rereadMs: 3_600_000 });
  const watcher = await watch(feed);
  const failure = expect(watcher.next()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await feed[Symbol.asyncDispose]();
  await failure;
  await expect(feed.watch(context)).rejects.toThrow(Refusal);
  await waitFor('no watched account', () => feed.watchedAccounts === 0);
});
