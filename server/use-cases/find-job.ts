import { and, eq } from 'drizzle-orm';
import { jobId } from '../../schema/ids.ts';
import { type JobRow, jobs } from '../../schema/tables.ts';
import type { AccountContext } from '../context.ts';
import { NotFound } from '../refusal.ts';

/** The account's job. Throws `NotFound` for an unknown id and for a job of another account alike. */
export async function findJob({ db, account }: AccountContext, id: string): Promise<JobRow> {
  // Postgres fails on some text that is no id, like a NUL.
  if (!jobId.safeParse(id).success) throw new NotFound('job');
  const [job] = await db
    .select()
    .from(jobs)
    .where(and(eq(jobs.id, id), eq(jobs.accountId, account.id)));
  if (job === undefined) throw new NotFound('job');
  return job;
}
