import { and, eq } from 'drizzle-orm';
import { cancelJob as endAsCanceled, workerStopping } from '../../platform/jobs/finish.ts';
import { publishSnapshot } from '../../platform/publish.ts';
import { type JobRow, jobs } from '../../schema/tables.ts';
import type { AccountContext } from '../context.ts';
import { findJob, shownTo } from './find-job.ts';

export interface Cancellation {
  /**
   * - `canceled`: nothing works on the job.
   * - `requested`: the job is canceled and its credits are back, and the worker that had it has been told to stop; it
   *   confirms within two seconds, or loses its lease. Asking again then gives `already_ended`.
   * - `already_ended`: there was nothing to cancel.
   */
  readonly outcome: 'canceled' | 'requested' | 'already_ended';
  readonly job: JobRow;
}

/** Cancels a job of the account, in whatever state it is. Throws `NotFound`. */
export async function cancelJob(context: AccountContext, id: string): Promise<Cancellation> {
  const { db, nats, log, account } = context;
  await findJob(context, id);
  const canceled = await endAsCanceled(db, id, eq(jobs.accountId, account.id));
  if (canceled !== undefined) {
    publishSnapshot(nats, canceled, log);
    return { outcome: canceled.leaseExpiresAt === null ? 'canceled' : 'requested', job: canceled };
  }
  const [stopping] = await db
    .select()
    .from(jobs)
    .where(and(eq(jobs.id, id), shownTo(account.id), workerStopping));
  if (stopping !== undefined) return { outcome: 'requested', job: stopping };
  return { outcome: 'already_ended', job: await findJob(context, id) };
}
