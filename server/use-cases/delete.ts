import { and, eq, inArray, isNull, ne, sql } from 'drizzle-orm';
import type { Executor } from '../../platform/database.ts';
import { workerStopping } from '../../platform/jobs/finish.ts';
import { databaseNow } from '../../platform/jobs/move.ts';
import { resultKeys } from '../../platform/storage/object-store.ts';
import { isEnded } from '../../schema/job.ts';
import { type JobRow, jobs, uploads } from '../../schema/tables.ts';
import type { AccountContext } from '../context.ts';
import { JobNotEnded, NotFound } from '../refusal.ts';
import { namedByJob } from '../uploads/named-by-job.ts';
import { uploadsOf } from './check-request.ts';
import { findJob, shownTo } from './find-job.ts';

/**
 * Removes what an ended job left in storage, and the uploads that no other job of the account names, and hides the
 * job. Objects go first and the row is changed after, so that a deletion which broke off can be repeated. Throws
 * `NotFound`, and `JobNotEnded` while a worker may still write.
 */
export async function deleteJob(context: AccountContext, id: string): Promise<void> {
  const { db, storage } = context;
  await findJob(context, id);
  await db.transaction(async (tx) => {
    const job = await lockEnded(tx, context, id);
    const keys = [...resultObjects(job), ...(await removeUploads(tx, job))];
    await Promise.all(keys.map((key) => storage.remove(key)));
    await tx.update(jobs).set({ deletedAt: databaseNow }).where(eq(jobs.id, id));
  });
}

/** Under a lock, so that of two deletions one finds nothing any more. */
async function lockEnded(tx: Executor, { account }: AccountContext, id: string): Promise<JobRow> {
  const [found] = await tx
    .select({ job: jobs, stopping: sql<boolean>`coalesce(${workerStopping}, false)` })
    .from(jobs)
    .where(and(eq(jobs.id, id), shownTo(account.id)))
    .for('update');
  if (found === undefined) throw new NotFound('job');
  if (!isEnded(found.job.status) || found.stopping) throw new JobNotEnded(found.job);
  return found.job;
}

/** Of every attempt: one that was cut off between storing its files and saying so has left them behind. */
function resultObjects({ id, attempt }: JobRow): string[] {
  return Array.from({ length: attempt }, (_, before) => Object.values(resultKeys(id, before + 1))).flat();
}

/** Takes the rows of the job's uploads that no other job needs; gives the keys of their objects. */
async function removeUploads(tx: Executor, job: JobRow): Promise<string[]> {
  const own = uploadsOf(job.request).map(({ id }) => id);
  if (own.length === 0) return [];
  const sharedWith = tx
    .select({ one: sql`1` })
    .from(jobs)
    .where(and(eq(jobs.accountId, job.accountId), isNull(jobs.deletedAt), ne(jobs.id, job.id), namedByJob));
  const removed = await tx
    .delete(uploads)
    .where(and(inArray(uploads.id, own), eq(uploads.accountId, job.accountId), sql`not exists ${sharedWith}`))
    .returning({ objectKey: uploads.objectKey });
  return removed.map(({ objectKey }) => objectKey);
}
