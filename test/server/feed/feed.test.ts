import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Progress, recordProgress } from '../../../platform/jobs/attempt.ts';
import { claimJob } from '../../../platform/jobs/claim.ts';
import { failJob } from '../../../platform/jobs/finish.ts';
import { snapshotOf } from '../../../platform/jobs/snapshot.ts';
import { connectNats } from '../../../platform/nats.ts';
import { publishSnapshot } from '../../../platform/publish.ts';
import type { JobSnapshot } from '../../../schema/job.ts';
import { type JobRow, jobs } from '../../../schema/tables.ts';
import type { AccountContext } from '../../../server/context.ts';
import { JobFeed } from '../../../server/feed/feed.ts';
import { NotFound, Refusal } from '../../../server/refusal.ts';
import { submitTalkV2V } from '../../../server/use-cases/submit.ts';
import { ownNats } from '../../support/nats.ts';
import { waitFor } from '../../support/wait-for.ts';
import { INPUT, log, openServices, type TestServices } from '../services.ts';

let server: TestServices;
let context: AccountContext;

beforeAll(async () => {
  server = await openServices();
  context = await server.account(100_000);
});

afterAll(() => server[Symbol.asyncDispose]());

/** A job that a worker has claimed: its events come from what the test publishes. */
async function runningJob(): Promise<JobRow> {
  const job = await submitTalkV2V(context, { input: INPUT });
  const claim = await claimJob(context.db, job.id, 'wrk_test');
  if (claim.kind !== 'claimed') throw new Error(`the job is ${claim.kind}`);
  return claim.job;
}

async function progress(job: JobRow, share: number): Promise<JobRow> {
  const step: Progress = { stage: 'render', progress: share, etaSeconds: 1, stages: [], warnings: [] };
  const row = await recordProgress(context.db, job.id, job.attempt, step);
  if (row === undefined) throw new Error('the attempt was lost');
  return row;
}

async function fail(job: JobRow): Promise<JobRow> {
  const row = await failJob(context.db, { id: job.id, code: 'NO_FACE', message: 'No face.' });
  if (row === undefined) throw new Error('the job had ended');
  return row;
}

async function read(watcher: AsyncIterator<JobSnapshot>): Promise<JobSnapshot> {
  const { done, value } = await watcher.next();
  if (done) throw new Error('the watcher has ended');
  return value;
}

const publish = (row: JobRow) => publishSnapshot(context.nats, row, log);

describe('watching', () => {
  test('starts with the job as it is, pushes each change, and ends with the job', async () => {
    const job = await runningJob();
    const watcher = await context.feed.watch(context, job.id);
    expect(await read(watcher)).toEqual(snapshotOf(job));
    publish(await progress(job, 0.5));
    expect(await read(watcher)).toMatchObject({ progress: 0.5, stage: 'render' });
    publish(await fail(job));
    expect(await read(watcher)).toMatchObject({ status: 'failed', error: { code: 'NO_FACE' } });
    expect((await watcher.next()).done).toBe(true);
    expect(context.feed.watchedJobs).toBe(0);
  });

  test('a job that had ended before gives its last state and ends', async () => {
    const job = await runningJob();
    await fail(job);
    const watcher = await context.feed.watch(context, job.id);
    expect(await read(watcher)).toMatchObject({ status: 'failed' });
    expect((await watcher.next()).done).toBe(true);
    expect(context.feed.watchedJobs).toBe(0);
  });

  test('events that come late, twice or out of order never take the watcher back', async () => {
    const job = await runningJob();
    const watcher = await context.feed.watch(context, job.id);
    await read(watcher);
    const rows = [await progress(job, 0.1), await progress(job, 0.2), await progress(job, 0.3)];
    publish(rows[2]);
    expect(await read(watcher)).toMatchObject({ progress: 0.3 });
    for (const late of [rows[0], rows[2], rows[1]]) publish(late);
    publish(await progress(job, 0.4));
    expect(await read(watcher)).toMatchObject({ progress: 0.4 });
    await watcher.return?.();
  });

  test('a slow reader gets the newest state, not a backlog', async () => {
    const job = await runningJob();
    const watcher = await context.feed.watch(context, job.id);
    const witness = await context.feed.watch(context, job.id);
    let newest = job;
    for (let percent = 1; percent <= 60; percent++) {
      newest = await progress(job, percent / 100);
      publish(newest);
    }
    while ((await read(witness)).revision < newest.revision);
    expect(await read(watcher)).toEqual(snapshotOf(newest));
    publish(await fail(job));
    expect(await read(watcher)).toMatchObject({ status: 'failed' });
    expect((await watcher.next()).done).toBe(true);
    await witness.return?.();
  });

  test('what is no snapshot is skipped', async () => {
    const job = await runningJob();
    const watcher = await context.feed.watch(context, job.id);
    await read(watcher);
    const subject = context.nats.subjects.event(context.account.id, job.id);
    for (const junk of ['', '{', 'null', '{"revision":999}']) context.nats.connection.publish(subject, junk);
    publish(await progress(job, 0.7));
    expect(await read(watcher)).toMatchObject({ progress: 0.7 });
    await watcher.return?.();
  });

  test('an unknown job, another account’s job and a subject wildcard are all NOT_FOUND and leave nothing', async () => {
    const job = await runningJob();
    const stranger = await server.account();
    for (const id of ['tlk_1_unknown', job.id, '*', 'tlk_1_abcdef.>']) {
      await expect(context.feed.watch(stranger, id)).rejects.toThrow(NotFound);
    }
    expect(context.feed.watchedJobs).toBe(0);
  });
});

describe('interest', () => {
  test('a thousand watchers of one job share one subscription, and the last one to leave ends it', async () => {
    const job = await runningJob();
    const subject = context.nats.subjects.event(context.account.id, job.id);
    const asked: string[] = [];
    const connection = new Proxy(context.nats.connection, {
      get(target, name) {
        if (name === 'subscribe') {
          return (...args: Parameters<typeof target.subscribe>) => {
            asked.push(args[0]);
            return target.subscribe(...args);
          };
        }
        const value = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    await using feed = new JobFeed({ db: context.db, nats: { ...context.nats, connection }, log, rereadMs: 3_600_000 });
    const watchers = await Promise.all(Array.from({ length: 1000 }, () => feed.watch(context, job.id)));
    expect(asked).toEqual([subject]);
    await Promise.all(watchers.map(read));
    publish(await progress(job, 0.5));
    const seen = await Promise.all(watchers.map(read));
    expect(seen.every((snapshot) => snapshot.progress === 0.5)).toBe(true);
    for (const watcher of watchers.slice(1)) await watcher.return?.();
    expect(feed.watchedJobs).toBe(1);
    await watchers[0].return?.();
    expect(feed.watchedJobs).toBe(0);
  });
});

describe('lost events', () => {
  test('a watcher that missed every event still sees the end, from the row', async () => {
    const job = await runningJob();
    await using feed = new JobFeed({ db: context.db, nats: context.nats, log, rereadMs: 20 });
    const watcher = await feed.watch(context, job.id);
    await read(watcher);
    await progress(job, 0.5);
    expect(await read(watcher)).toMatchObject({ progress: 0.5 });
    await fail(job);
    expect(await read(watcher)).toMatchObject({ status: 'failed' });
    expect((await watcher.next()).done).toBe(true);
  });

  test('the re-read serves watchers of many jobs, each its own', async () => {
    const running = [await runningJob(), await runningJob(), await runningJob()];
    await using feed = new JobFeed({ db: context.db, nats: context.nats, log, rereadMs: 20 });
    const watchers = await Promise.all(running.map((job) => feed.watch(context, job.id)));
    await Promise.all(watchers.map(read));
    await progress(running[1], 0.9);
    expect(await read(watchers[1])).toMatchObject({ id: running[1].id, progress: 0.9 });
    for (const [index, job] of running.entries()) {
      await context.db
        .update(jobs)
        .set({ revision: sql`${jobs.revision} + 1` })
        .where(eq(jobs.id, job.id));
      expect(await read(watchers[index])).toMatchObject({ id: job.id });
    }
  });

  test('after NATS was away, what happened meanwhile is read at once', async () => {
    await using natsServer = await ownNats();
    await using nats = await connectNats({ url: natsServer.url, prefix: 'away', name: 'test', log });
    await using feed = new JobFeed({ db: context.db, nats, log, rereadMs: 3_600_000 });
    const job = await runningJob();
    const watcher = await feed.watch(context, job.id);
    await read(watcher);
    await natsServer.stop();
    await fail(job);
    await natsServer.start();
    expect(await read(watcher)).toMatchObject({ status: 'failed' });
  });

  test('watching works while NATS is away', async () => {
    await using natsServer = await ownNats();
    await using nats = await connectNats({ url: natsServer.url, prefix: 'gone', name: 'test', log });
    await using feed = new JobFeed({ db: context.db, nats, log, rereadMs: 20 });
    const disconnected = (async () => {
      for await (const { type } of nats.connection.status()) if (type === 'disconnect') return;
    })();
    await natsServer.stop();
    await disconnected;
    const job = await runningJob();
    const watcher = await feed.watch(context, job.id);
    expect(await read(watcher)).toMatchObject({ status: 'processing' });
    await fail(job);
    expect(await read(watcher)).toMatchObject({ status: 'failed' });
    await natsServer.start();
  });
});

test('a server that stops tells its watchers to go elsewhere', async () => {
  const job = await runningJob();
  const feed = new JobFeed({ db: context.db, nats: context.nats, log, rereadMs: 3_600_000 });
  const watcher = await feed.watch(context, job.id);
  await read(watcher);
  const waiting = watcher.next();
  const failure = expect(waiting).rejects.toSatisfy(
    (error) => error instanceof Refusal && error.code === 'UNAVAILABLE',
  );
  await feed[Symbol.asyncDispose]();
  await failure;
  await expect(feed.watch(context, job.id)).rejects.toThrow(Refusal);
  await waitFor('no watched job', () => feed.watchedJobs === 0);
});
