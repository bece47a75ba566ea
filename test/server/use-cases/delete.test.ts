import { Readable } from 'node:stream';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { claimJob } from '../../../platform/jobs/claim.ts';
import { completeJob, confirmStopped, failJob } from '../../../platform/jobs/finish.ts';
import { resultKeys } from '../../../platform/storage/object-store.ts';
import { type JobRow, ledgerEntries, uploads } from '../../../schema/tables.ts';
import { IdempotencyConflict, JobNotEnded, NotFound } from '../../../server/refusal.ts';
import { cancelJob } from '../../../server/use-cases/cancel.ts';
import { deleteJob } from '../../../server/use-cases/delete.ts';
import { findJob } from '../../../server/use-cases/find-job.ts';
import { listJobs } from '../../../server/use-cases/list-jobs.ts';
import { submitTalkV2V } from '../../../server/use-cases/submit.ts';
import { INPUT, openServices, RESULT, storedUpload, type TestServices } from '../services.ts';

let server: TestServices;
let context: Awaited<ReturnType<TestServices['account']>>;

beforeAll(async () => {
  server = await openServices();
});
beforeEach(async () => {
  context = await server.account();
});
afterAll(() => server[Symbol.asyncDispose]());

const submit = (input: object = {}, idempotencyKey?: string) =>
  submitTalkV2V(context, { input: { ...INPUT, audioDuration: 1, ...input }, idempotencyKey });

/** Completes the job with real objects, and leaves those of an earlier attempt behind. */
async function complete({ id }: JobRow): Promise<string[]> {
  await claimJob(context.db, id, 'wrk_test');
  const { video: videoKey, poster: posterKey } = resultKeys(id, 1);
  for (const key of [videoKey, posterKey]) {
    await context.storage.put(key, Readable.from([Buffer.from('x')]), { contentType: 'video/mp4' });
  }
  const result = { ...RESULT, videoKey, posterKey };
  await completeJob(context.db, { id, attempt: 1, creditsUsed: 10, stages: [], result });
  return [videoKey, posterKey];
}

const kept = async (keys: string[]) =>
  (await Promise.all(keys.map((key) => context.storage.stat(key)))).filter(Boolean);
const objectsOf = async (reference: string) => {
  const rows = await context.db
    .select()
    .from(uploads)
    .where(eq(uploads.id, reference.slice('upload://'.length)));
  return rows.map(({ objectKey }) => objectKey);
};

test('a deleted job is gone with its result and the uploads that only it used; its ledger stays', async () => {
  const [inputVideo, audioFile] = [await storedUpload(context), await storedUpload(context)];
  const job = await submit({ inputVideo, audioFile });
  const objects = [...(await complete(job)), ...(await objectsOf(inputVideo)), ...(await objectsOf(audioFile))];
  expect(await kept(objects)).toHaveLength(4);
  await deleteJob(context, job.id);
  expect(await kept(objects)).toEqual([]);
  expect(await objectsOf(inputVideo)).toEqual([]);
  await expect(findJob(context, job.id)).rejects.toThrow(NotFound);
  expect((await listJobs(context, {})).edges).toEqual([]);
  await expect(context.feed.watch(context, job.id)).rejects.toThrow(NotFound);
  const entries = await context.db.select().from(ledgerEntries).where(eq(ledgerEntries.jobId, job.id));
  expect(entries.map(({ kind }) => kind)).toEqual(['hold', 'settle']);
  await expect(deleteJob(context, job.id)).rejects.toThrow(NotFound);
});

test('an upload that another job names stays until that is deleted too', async () => {
  const [shared, own] = [await storedUpload(context), await storedUpload(context)];
  const [first, second] = [await submit({ inputVideo: shared, audioFile: own }), await submit({ inputVideo: shared })];
  for (const job of [first, second]) await complete(job);
  await deleteJob(context, first.id);
  expect([await objectsOf(shared), await objectsOf(own)]).toEqual([[expect.any(String)], []]);
  expect(await kept(await objectsOf(shared))).toHaveLength(1);
  await deleteJob(context, second.id);
  expect(await objectsOf(shared)).toEqual([]);
});

test('what an attempt left behind that was cut off is removed as well', async () => {
  const job = await submit();
  const left = await complete(job);
  const lost = await submit();
  await claimJob(context.db, lost.id, 'wrk_test');
  const orphan = resultKeys(lost.id, 1).video;
  await context.storage.put(orphan, Readable.from([Buffer.from('x')]), { contentType: 'video/mp4' });
  await failJob(context.db, { id: lost.id, code: 'WORKER_LOST', message: 'Lost.' });
  await deleteJob(context, lost.id);
  expect(await kept([orphan])).toEqual([]);
  expect(await kept(left)).toHaveLength(2);
});

test('an open job is refused, and a canceled one until its worker has stopped', async () => {
  const job = await submit();
  await expect(deleteJob(context, job.id)).rejects.toThrow(JobNotEnded);
  await claimJob(context.db, job.id, 'wrk_test');
  await expect(deleteJob(context, job.id)).rejects.toThrow(/Cancel it first/);
  await cancelJob(context, job.id);
  await expect(deleteJob(context, job.id)).rejects.toThrow(/stopping/);
  await confirmStopped(context.db, job.id, 1);
  await deleteJob(context, job.id);
});

test('a late repeat of the submission does not make the job again', async () => {
  const job = await submit({}, 'order');
  await cancelJob(context, job.id);
  await deleteJob(context, job.id);
  await expect(submit({}, 'order')).rejects.toThrow(IdempotencyConflict);
});

test('only the owner deletes', async () => {
  const job = await submit();
  await cancelJob(context, job.id);
  await expect(deleteJob(await server.account(), job.id)).rejects.toThrow(NotFound);
  expect((await findJob(context, job.id)).id).toBe(job.id);
});
