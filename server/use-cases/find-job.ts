import { and, eq, inArray, isNull } from 'drizzle-orm';
import type { Database } from '../../platform/database.ts';
import { jobId } from '../../schema/ids.ts';
import { type JobRow, jobs } from '../../schema/tables.ts';
import type { AccountContext } from '../context.ts';
import { NotFound } from '../refusal.ts';

/** The account's jobs that it has not deleted: what every look at jobs is limited to. */
export function shownTo(accountId: string) {
  return and(eq(jobs.accountId, accountId), isNull(jobs.deletedAt));
}

/** The account's job. Throws `NotFound` for an unknown id, a deleted job and a job of another account alike. */
export async function findJob({ db, account }: Pick<AccountContext, 'db' | 'account'>, id: string): Promise<JobRow> {
  // Postgres fails on some text that is no id, like a NUL.
  if (!jobId.safeParse(id).success) throw new NotFound('job');
  const [job] = await db
    .select()
    .from(jobs)
    .where(and(eq(jobs.id, id), shownTo(account.id)));
  if (job === undefined) throw new NotFound('job');
  return job;
}

/** The rows of jobs that the caller has been shown already, by their ids. */
export async function findRows(db: Database, ids: readonly string[]): Promise<Map<string, JobRow>> {
  const rows = await db
    .select()
    .from(jobs)
    .where(inArray(jobs.id, [...ids]));
  return new Map(rows.map((row) => [row.id, row]));
}
