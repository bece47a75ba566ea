import { jetstreamManager } from '@nats-io/jetstream';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jobsToPublish } from '../../../platform/jobs/recover.ts';
import { connectNats } from '../../../platform/nats.ts';
import { newId } from '../../../schema/ids.ts';
import { accounts, jobs, ledgerEntries, uploads } from '../../../schema/tables.ts';
import type { AccountContext } from '../../../server/context.ts';
import { IdempotencyConflict, InsufficientCredits, InvalidInput } from '../../../server/refusal.ts';
import { findJob } from '../../../server/use-cases/find-job.ts';
import { submitTalkV2V } from '../../../server/use-cases/submit.ts';
import { ownNats } from '../../support/nats.ts';
import { waitFor } from '../../support/wait-for.ts';
import { INPUT, log, openServices, type TestServices } from '../services.ts';

let server: TestServices;

beforeAll(async () => {
  server = await openServices();
});

afterAll(() => server[Symbol.asyncDispose]());

/** A 720p job of 10 s: 100 credits. */
const TEN_SECONDS = { ...INPUT, audioDuration: 10 };

async function books({ db, account }: AccountContext) {
  const [{ credits }] = await db.select().from(accounts).where(eq(accounts.id, account.id));
  const rows = await db.select().from(jobs).where(eq(jobs.accountId, account.id));
  const [{ entries }] = await db
    .select({ entries: sql`sum(${ledgerEntries.amount})`.mapWith(Number) })
    .from(ledgerEntries)
    .where(eq(ledgerEntries.accountId, account.id));
  return { credits, entries, jobs: rows.length };
}

async function issuesOf(submission: Promise<unknown>) {
  const error = await submission.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof InvalidInput)) throw new Error('the submission was not refused as invalid', { cause: error });
  return { code: error.code, paths: error.issues.map(({ path }) => path), message: error.message };
}

describe('a job', () => {
  test('is queued with its credits held, its request complete with defaults, and its message in the queue', async () => {
    const context = await server.account(1_000);
    const job = await submitTalkV2V(context, { input: TEN_SECONDS });
    expect(job).toMatchObject({
      status: 'queued',
      revision: 1,
      requestId: 'req_test',
      creditsHeld: 100,
      request: { ...TEN_SECONDS, model: 'retalk', resolution: '720p', crf: 18, syncMode: 'bounce' },
    });
    expect(await books(context)).toEqual({ credits: 900, entries: 900, jobs: 1 });
    const manager = await jetstreamManager(context.nats.connection);
    const subject = context.nats.subjects.job('retalk', job.id);
    const message = await waitFor('the job message', () =>
      manager.streams.getMessage(context.nats.subjects.jobStream, { last_by_subj: subject }),
    );
    expect(message.json()).toEqual({ version: 1, jobId: job.id, requestId: 'req_test' });
  });

  test('without a bound of its own holds the credits of HOLD_SECONDS', async () => {
    const context = await server.account(1_000);
    const job = await submitTalkV2V(context, { input: { ...INPUT, resolution: '480p' } });
    expect(job.creditsHeld).toBe(context.environment.HOLD_SECONDS * 5);
  });

  test('is taken while NATS is away, and waits for the sweep', async () => {
    await using natsServer = await ownNats();
    await using nats = await connectNats({ url: natsServer.url, prefix: 'away', name: 'test', log });
    const context = { ...(await server.account()), nats };
    await natsServer.stop();
    const job = await submitTalkV2V(context, { input: INPUT });
    expect(job.status).toBe('queued');
    const waiting = await waitFor('the job to be due for publishing', async () =>
      (await jobsToPublish(context.db, 1)).find(({ id }) => id === job.id),
    );
    expect(waiting.status).toBe('queued');
    await natsServer.start();
  });
});

describe('credits', () => {
  test('too few refuse the job and leave nothing behind', async () => {
    const context = await server.account(99);
    const error = await submitTalkV2V(context, { input: TEN_SECONDS }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InsufficientCredits);
    expect(error).toMatchObject({ required: 100, available: 99 });
    expect(await books(context)).toEqual({ credits: 99, entries: 99, jobs: 0 });
  });

  test('of 50 submits at once, as many succeed as the account can pay, and the books balance', async () => {
    const context = await server.account(1_250);
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, () => submitTalkV2V(context, { input: TEN_SECONDS })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(12);
    expect(await books(context)).toEqual({ credits: 50, entries: 50, jobs: 12 });
  });
});

describe('an idempotency key', () => {
  test('gives the same job to 20 submits at once, and holds once', async () => {
    const context = await server.account(1_000);
    const repeats = await Promise.all(
      Array.from({ length: 20 }, () => submitTalkV2V(context, { input: TEN_SECONDS, idempotencyKey: 'k' })),
    );
    expect(new Set(repeats.map(({ id }) => id)).size).toBe(1);
    expect(await books(context)).toEqual({ credits: 900, entries: 900, jobs: 1 });
  });

  test('gives the same job for the same meaning, however it is written', async () => {
    const context = await server.account();
    const first = await submitTalkV2V(context, { input: TEN_SECONDS, idempotencyKey: 'k' });
    const { inputVideo, ...rest } = TEN_SECONDS;
    const again = await submitTalkV2V(context, { input: { crf: 18, ...rest, inputVideo }, idempotencyKey: 'k' });
    expect(again.id).toBe(first.id);
  });

  test('with another payload is a conflict that names the job', async () => {
    const context = await server.account();
    const first = await submitTalkV2V(context, { input: TEN_SECONDS, idempotencyKey: 'k' });
    const other = submitTalkV2V(context, { input: { ...TEN_SECONDS, seed: 7 }, idempotencyKey: 'k' });
    await expect(other).rejects.toBeInstanceOf(IdempotencyConflict);
    await expect(other).rejects.toMatchObject({ jobId: first.id });
  });

  test('with racing payloads lets one win; the others are conflicts', async () => {
    const context = await server.account(1_000);
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, (_, seed) =>
        submitTalkV2V(context, { input: { ...TEN_SECONDS, seed }, idempotencyKey: 'k' }),
      ),
    );
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(refused).toHaveLength(9);
    for (const reason of refused) expect(reason).toBeInstanceOf(IdempotencyConflict);
    expect(await books(context)).toMatchObject({ credits: 900, jobs: 1 });
  });

  test('belongs to its account', async () => {
    const [one, other] = [await server.account(), await server.account()];
    const first = await submitTalkV2V(one, { input: INPUT, idempotencyKey: 'k' });
    const second = await submitTalkV2V(other, { input: { ...INPUT, seed: 3 }, idempotencyKey: 'k' });
    expect(second.id).not.toBe(first.id);
  });

  test('finds its job when the credits are used up', async () => {
    const context = await server.account(100);
    const first = await submitTalkV2V(context, { input: TEN_SECONDS, idempotencyKey: 'k' });
    const again = await submitTalkV2V(context, { input: TEN_SECONDS, idempotencyKey: 'k' });
    expect(again.id).toBe(first.id);
  });

  test.each(['', '   ', 'x'.repeat(256)])('%j is refused', async (idempotencyKey) => {
    const context = await server.account();
    expect(await issuesOf(submitTalkV2V(context, { input: INPUT, idempotencyKey }))).toMatchObject({
      paths: ['idempotencyKey'],
    });
  });
});

describe('a request that breaks the rules', () => {
  test('is refused with all issues at once, each at its path', async () => {
    const context = await server.account();
    const input = {
      inputVideo: 'http://plain.example/v.mp4',
      audioFile: 7,
      imageSize: { width: 641, height: 480 },
      frameRate: 0,
      crf: 52,
      extra: true,
    };
    const { code, paths } = await issuesOf(submitTalkV2V(context, { input }));
    expect(code).toBe('INVALID_INPUT');
    expect(paths.sort()).toEqual(['audioFile', 'crf', 'extra', 'frameRate', 'imageSize.width', 'inputVideo']);
    expect(await books(context)).toMatchObject({ jobs: 0 });
  });

  test.each([
    [{ ...INPUT, model: 'gpt-lips' }, 'MODEL_NOT_FOUND', 'model'],
    [{ ...INPUT, colour: 'red' }, 'UNKNOWN_FIELD', 'colour'],
    [{ ...INPUT, resolution: '480p', imageSize: { width: 1280, height: 720 } }, 'INVALID_INPUT', 'imageSize'],
    [{ ...INPUT, imageSize: { width: 1280, height: 1280 } }, 'INVALID_INPUT', 'imageSize'],
    ['not an object', 'INVALID_INPUT', ''],
    [null, 'INVALID_INPUT', ''],
  ])('%j is refused with %s', async (input, code, path) => {
    const context = await server.account();
    expect(await issuesOf(submitTalkV2V(context, { input }))).toMatchObject({ code, paths: [path] });
  });
});

describe('an upload reference', () => {
  async function upload(context: AccountContext, state: 'pending' | 'stored'): Promise<string> {
    const id = newId('upl');
    await context.db.insert(uploads).values({
      id,
      accountId: context.account.id,
      state,
      fileName: 'v.mp4',
      contentType: 'video/mp4',
      maxBytes: 100,
      objectKey: `uploads/${id}`,
      expiresAt: new Date(),
    });
    return `upload://${id}`;
  }

  test('to stored bytes of the account is taken', async () => {
    const context = await server.account();
    const input = { inputVideo: await upload(context, 'stored'), audioFile: await upload(context, 'stored') };
    expect((await submitTalkV2V(context, { input })).request).toMatchObject(input);
  });

  test('whose bytes have not arrived is refused as not ready', async () => {
    const context = await server.account();
    const input = { ...INPUT, audioFile: await upload(context, 'pending') };
    expect(await issuesOf(submitTalkV2V(context, { input }))).toMatchObject({
      code: 'UPLOAD_NOT_READY',
      paths: ['audioFile'],
    });
  });

  test('that is unknown or another account’s is refused in the same words', async () => {
    const [context, other] = [await server.account(), await server.account()];
    const foreign = { ...INPUT, inputVideo: await upload(other, 'stored') };
    const unknown = { ...INPUT, inputVideo: 'upload://upl_doesnotexist' };
    const refusals = [
      await issuesOf(submitTalkV2V(context, { input: foreign })),
      await issuesOf(submitTalkV2V(context, { input: unknown })),
    ];
    expect(refusals[0]).toEqual(refusals[1]);
    expect(refusals[0].paths).toEqual(['inputVideo']);
  });
});

test('another account’s job is not found', async () => {
  const [context, other] = [await server.account(), await server.account()];
  const job = await submitTalkV2V(context, { input: INPUT });
  expect(await findJob(context, job.id)).toEqual(job);
  await expect(findJob(other, job.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
