import { and, eq } from 'drizzle-orm';
import { type JobRow, jobs } from '../../schema/tables.ts';
import type { AccountContext } from '../context.ts';
import { NotFound } from '../refusal.ts';

/** The account's job. Throws `NotFound` for an unknown id and for a job of another account alike. */
export async function findJob({ db, account }: AccountContext, id: string): Promise<JobRow> {
  const [job] = await db
    .select()
    .from(jobs)
    .where(and(eq(jobs.id, id), eq(jobs.accountId, account.id)));
  if (job === undefined) throw new NotFound('job');
  return job;
}
