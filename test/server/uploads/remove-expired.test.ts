import { Readable } from 'node:stream';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jobs, uploads } from '../../../schema/tables.ts';
import type { AccountContext } from '../../../server/context.ts';
import { createUpload } from '../../../server/uploads/create-upload.ts';
import { removeExpiredUploads } from '../../../server/uploads/remove-expired.ts';
import { submitTalkV2V } from '../../../server/use-cases/submit.ts';
import { INPUT, openServices, type TestServices } from '../services.ts';

let bench: TestServices;
let owner: AccountContext;

beforeAll(async () => {
  bench = await openServices();
  owner = await bench.account();
});
afterAll(() => bench[Symbol.asyncDispose]());

/** An upload with an object behind it, created so many hours ago. */
async function uploadOfAge(hours: number, state: 'pending' | 'receiving' | 'stored'): Promise<string> {
  const { db, storage } = bench.services;
  const { id } = await createUpload(owner, { fileName: 'a.mp4', contentType: 'video/mp4' });
  const age = sql`now() - ${hours} * interval '1 hour'`;
  const [row] = await db
    .update(uploads)
    .set({ state, createdAt: age, expiresAt: sql`${age} + interval '1 hour'` })
    .where(eq(uploads.id, id))
    .returning();
  await storage.put(row.objectKey, Readable.from([Buffer.from('x')]), { contentType: 'video/mp4' });
  return id;
}

async function isThere(id: string): Promise<boolean> {
  const rows = await bench.services.db.select().from(uploads).where(eq(uploads.id, id));
  return rows.length === 1;
}

test('removes the rows and the objects of uploads that never arrived, and leaves those that still may', async () => {
  const { db, storage } = bench.services;
  const late = await uploadOfAge(5, 'pending');
  const crashed = await uploadOfAge(5, 'receiving');
  const slow = await uploadOfAge(2, 'receiving');
  const fresh = await uploadOfAge(0, 'pending');
  const [{ objectKey }] = await db.select().from(uploads).where(eq(uploads.id, late));
  expect(await removeExpiredUploads(bench.services)).toBe(2);
  expect(await Promise.all([late, crashed, slow, fresh].map(isThere))).toEqual([false, false, true, true]);
  expect(await storage.stat(objectKey)).toBeUndefined();
  expect(await removeExpiredUploads(bench.services)).toBe(0);
});

test('keeps a stored file for a week, and longer while an open job needs it', async () => {
  const { db } = bench.services;
  const young = await uploadOfAge(6 * 24, 'stored');
  const [video, voice, old] = [
    await uploadOfAge(8 * 24, 'stored'),
    await uploadOfAge(8 * 24, 'stored'),
    await uploadOfAge(8 * 24, 'stored'),
  ];
  const input = { ...INPUT, inputVideo: `upload://${video}`, audioFile: `upload://${voice}` };
  const job = await submitTalkV2V(owner, { input });
  expect(await removeExpiredUploads(bench.services)).toBe(1);
  expect(await Promise.all([young, video, voice, old].map(isThere))).toEqual([true, true, true, false]);

  await db.update(jobs).set({ status: 'completed' }).where(eq(jobs.id, job.id));
  expect(await removeExpiredUploads(bench.services)).toBe(2);
  expect(await Promise.all([video, voice].map(isThere))).toEqual([false, false]);
});
