import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAccount } from '../../../platform/accounts.ts';
import { type DatabaseHandle, openDatabase } from '../../../platform/database.ts';
import { adjustHold, handBackJob, type Progress, recordProgress, retryJob } from '../../../platform/jobs/attempt.ts';
import { claimJob } from '../../../platform/jobs/claim.ts';
import { cancelJob, completeJob, confirmStopped, failJob } from '../../../platform/jobs/finish.ts';
import { hold } from '../../../platform/jobs/ledger.ts';
import { moveJob } from '../../../platform/jobs/move.ts';
import { MAX_FAILURES, recoverJob } from '../../../platform/jobs/recover.ts';
import { createLogger } from '../../../platform/log.ts';
import { newJobId } from '../../../schema/ids.ts';
import { canMove, JOB_STATUSES, type JobResult, type JobStatus } from '../../../schema/job.ts';
import { talkV2VRequest } from '../../../schema/request.ts';
import { accounts, type JobRow, jobs } from '../../../schema/tables.ts';
import { freshDatabase, type TestDatabase } from '../../support/database.ts';

const request = talkV2VRequest.parse({ inputVideo: 'https://a.example/v.mp4', audioFile: 'https://a.example/a.mp3' });
const HELD = 80;
const START_CREDITS = 1_000;
const result: JobResult = {
  videoKey: 'results/x/1.mp4',
  posterKey: 'results/x/1.jpg',
  width: 1280,
  height: 720,
  frameRate: 25,
  frameCount: 200,
  durationSeconds: 8,
  bytes: 1000,
  sha256: 'a'.repeat(64),
};

let fresh: TestDatabase;
let database: DatabaseHandle;

beforeAll(async () => {
  fresh = await freshDatabase();
  database = openDatabase(fresh.url, { poolSize: 10, log: createLogger('test', 'fatal') });
});

afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await fresh[Symbol.asyncDispose]();
});

/** A job of a new account, held and queued, then brought to `status` by the moves that a service makes. */
async function jobIn(status: JobStatus): Promise<JobRow> {
  const { db } = database;
  const account = await createAccount(db, { name: 'Test', credits: START_CREDITS });
  const id = newJobId();
  await db.insert(jobs).values({
    id,
    accountId: account.id,
    requestId: 'req_test',
    model: request.model,
    request,
    requestHash: 'hash',
    creditsHeld: HELD,
  });
  await hold(db, account.id, id, HELD);
  if (status !== 'queued') await claimJob(db, id, 'wrk_first');
  if (status === 'completed') await completeJob(db, { id, attempt: 1, result, creditsUsed: 50, stages: [] });
  if (status === 'failed') await failJob(db, { id, code: 'NO_FACE', message: 'No face.' });
  if (status === 'canceled') await cancelJob(db, id, eq(jobs.accountId, account.id));
  return read(id);
}

async function read(id: string): Promise<JobRow> {
  const [row] = await database.db.select().from(jobs).where(eq(jobs.id, id));
  return row;
}

async function credits(accountId: string): Promise<number> {
  const [row] = await database.db.select().from(accounts).where(eq(accounts.id, accountId));
  return row.credits;
}

function expireLease(id: string) {
  return database.db.update(jobs).set({ leaseExpiresAt: sql`now() - interval '1 second'` }).where(eq(jobs.id, id));
}

const pairs = JOB_STATUSES.flatMap((from) => JOB_STATUSES.map((to) => ({ from, to, allowed: canMove(from, to) })));

describe('every pair of states', () => {
  test.each(pairs)('$from to $to: allowed is $allowed', async ({ from, to, allowed }) => {
    const before = await jobIn(from);
    const moved = await moveJob(database.db, { id: before.id, to });
    const after = await read(before.id);
    expect(moved !== undefined).toBe(allowed);
    expect(after.status).toBe(allowed ? to : from);
    expect(after.revision).toBe(allowed ? before.revision + 1 : before.revision);
  });
});

/** What each named move leads to from each state; undefined where it must change nothing. */
const moves: Record<string, { run: (job: JobRow) => Promise<unknown>; to: Partial<Record<JobStatus, JobStatus>> }> = {
  claim: { run: (job) => claimJob(database.db, job.id, 'wrk_next'), to: { queued: 'processing' } },
  complete: {
    run: (job) => completeJob(database.db, { id: job.id, attempt: job.attempt, result, creditsUsed: HELD, stages: [] }),
    to: { processing: 'completed' },
  },
  fail: {
    run: (job) => failJob(database.db, { id: job.id, code: 'NO_FACE', message: 'No face.' }),
    to: { queued: 'failed', processing: 'failed' },
  },
  cancel: {
    run: (job) => cancelJob(database.db, job.id, eq(jobs.accountId, job.accountId)),
    to: { queued: 'canceled', processing: 'canceled' },
  },
  'hand back': { run: (job) => handBackJob(database.db, job.id, job.attempt), to: { processing: 'queued' } },
  retry: { run: (job) => retryJob(database.db, job.id, job.attempt), to: { processing: 'queued' } },
  'recover with a live lease': { run: (job) => recoverJob(database.db, job.id), to: {} },
};

describe.each(Object.entries(moves))('%s', (_name, { run, to }) => {
  test.each(JOB_STATUSES)('from %s', async (from) => {
    const job = await jobIn(from);
    await run(job);
    expect((await read(job.id)).status).toBe(to[from] ?? from);
  });
});

test('of many workers that claim one job, exactly one gets it', async () => {
  const job = await jobIn('queued');
  const claims = await Promise.all(Array.from({ length: 20 }, (_, n) => claimJob(database.db, job.id, `wrk_${n}`)));
  expect(claims.filter(({ kind }) => kind === 'claimed')).toHaveLength(1);
  expect(claims.filter(({ kind }) => kind === 'busy')).toHaveLength(19);
  expect((await read(job.id)).attempt).toBe(1);
});

test('an attempt that lost its lease can change nothing, and what it would charge is not charged', async () => {
  const job = await jobIn('processing');
  await expireLease(job.id);
  const second = await claimJob(database.db, job.id, 'wrk_second');
  expect(second.kind).toBe('claimed');
  const stale: Progress = { stage: 'render', progress: 0.9, etaSeconds: 1, stages: [], warnings: [] };
  expect(await recordProgress(database.db, job.id, 1, stale)).toBeUndefined();
  expect(await adjustHold(database.db, job.id, 1, 10)).toBe('lost');
  expect(await handBackJob(database.db, job.id, 1)).toBeUndefined();
  expect(await retryJob(database.db, job.id, 1)).toBeUndefined();
  expect(
    await completeJob(database.db, { id: job.id, attempt: 1, result, creditsUsed: HELD, stages: [] }),
  ).toBeUndefined();
  expect(await read(job.id)).toMatchObject({ status: 'processing', attempt: 2, progress: 0, creditsHeld: HELD });
  expect(await credits(job.accountId)).toBe(START_CREDITS - HELD);
});

test('a worker whose job went back to the queue can no longer fail it, though nobody has claimed it since', async () => {
  const job = await jobIn('processing');
  await expireLease(job.id);
  await recoverJob(database.db, job.id);
  expect(await failJob(database.db, { id: job.id, attempt: 1, code: 'NO_FACE', message: 'No face.' })).toBeUndefined();
  expect(await retryJob(database.db, job.id, 1)).toBeUndefined();
  expect(await read(job.id)).toMatchObject({ status: 'queued', failures: 1 });
});

test('only the owner cancels', async () => {
  const job = await jobIn('queued');
  expect(await cancelJob(database.db, job.id, eq(jobs.accountId, 'acc_other'))).toBeUndefined();
  expect((await read(job.id)).status).toBe('queued');
});

test('a canceled job keeps its lease until the worker of its last attempt confirms, and shows no change by that', async () => {
  const job = await jobIn('canceled');
  expect(job.leaseExpiresAt).toBeInstanceOf(Date);
  await confirmStopped(database.db, job.id, job.attempt + 1);
  expect((await read(job.id)).leaseExpiresAt).toEqual(job.leaseExpiresAt);
  await confirmStopped(database.db, job.id, job.attempt);
  expect(await read(job.id)).toEqual({ ...job, leaseExpiresAt: null });
  const running = await jobIn('processing');
  await confirmStopped(database.db, running.id, running.attempt);
  expect((await read(running.id)).leaseExpiresAt).toEqual(running.leaseExpiresAt);
});

test('completing charges what was used and gives the rest back; failing and canceling give everything back', async () => {
  const completed = await jobIn('completed');
  expect(await credits(completed.accountId)).toBe(START_CREDITS - 50);
  expect(completed).toMatchObject({ creditsUsed: 50, progress: 1, leaseExpiresAt: null });
  for (const status of ['failed', 'canceled'] as const) {
    const job = await jobIn(status);
    expect(await credits(job.accountId)).toBe(START_CREDITS);
    expect(job.creditsUsed).toBe(0);
  }
});

test('charging more than is held is refused as a whole', async () => {
  const job = await jobIn('processing');
  const charge = { id: job.id, attempt: 1, result, creditsUsed: HELD + 1, stages: [] };
  await expect(completeJob(database.db, charge)).rejects.toThrow(/charged/);
  expect((await read(job.id)).status).toBe('processing');
});

test('a job whose workers are lost again and again fails in the end, with its credits back', async () => {
  const job = await jobIn('processing');
  for (let failure = 1; failure < MAX_FAILURES; failure++) {
    await expireLease(job.id);
    expect(await recoverJob(database.db, job.id)).toMatchObject({ status: 'queued', failures: failure });
    await claimJob(database.db, job.id, 'wrk_again');
  }
  await expireLease(job.id);
  expect(await recoverJob(database.db, job.id)).toMatchObject({ status: 'failed', errorCode: 'WORKER_LOST' });
  expect(await credits(job.accountId)).toBe(START_CREDITS);
});

test('a job that failed by our own fault pauses longer each time before it can be claimed', async () => {
  const job = await jobIn('processing');
  const retried = await retryJob(database.db, job.id, 1);
  expect(retried).toMatchObject({ status: 'queued', failures: 1 });
  expect(retried && retried.runAfter.getTime() > retried.updatedAt.getTime()).toBe(true);
  expect((await claimJob(database.db, job.id, 'wrk_eager')).kind).toBe('busy');
});

test('progress never goes back within an attempt and starts anew with the next', async () => {
  const job = await jobIn('processing');
  const at = (progress: number) =>
    recordProgress(database.db, job.id, 1, { stage: 'render', progress, etaSeconds: 3, stages: [], warnings: [] });
  await at(0.6);
  expect(await at(0.4)).toMatchObject({ progress: 0.6, revision: job.revision + 2 });
  await handBackJob(database.db, job.id, 1);
  await claimJob(database.db, job.id, 'wrk_next');
  expect(await read(job.id)).toMatchObject({ attempt: 2, progress: 0, stage: null });
});
