import { and, desc, gte, inArray, lt, sql } from 'drizzle-orm';
import type { JobStatus } from '../../schema/job.ts';
import { type JobRow, jobs } from '../../schema/tables.ts';
import type { AccountContext } from '../context.ts';
import { shownTo } from './find-job.ts';
import { type Page, type PageRequest, pageOf, pageSize, readCursor, writeCursor } from './page.ts';

export interface JobQuery extends PageRequest {
  /** Any of these; all when missing or empty. */
  readonly statuses?: readonly JobStatus[] | null;
  readonly createdAfter?: Date | null;
  readonly createdBefore?: Date | null;
}

/** Milliseconds since 1970, and the id, which orders jobs of the same millisecond. */
const CURSOR = /^(\d{1,14}) (tlk_[0-9]{1,15}_[0-9a-z]{6,32})$/;

/** A page of the account's jobs, newest first. `createdAfter` and `createdBefore` are exclusive. Throws `InvalidInput`. */
export async function listJobs({ db, account }: AccountContext, query: JobQuery): Promise<Page<JobRow>> {
  const size = pageSize(query.first);
  const { statuses, createdAfter, createdBefore, after } = query;
  const rows = await db
    .select()
    .from(jobs)
    .where(
      and(
        shownTo(account.id),
        statuses?.length ? inArray(jobs.status, [...statuses]) : undefined,
        // Times are kept in milliseconds, so this is "after" without leaving the index.
        createdAfter ? gte(jobs.createdAt, new Date(createdAfter.getTime() + 1)) : undefined,
        createdBefore ? lt(jobs.createdAt, createdBefore) : undefined,
        after ? before(after) : undefined,
      ),
    )
    .orderBy(desc(jobs.createdAt), desc(jobs.id))
    .limit(size + 1);
  return pageOf(rows, size, (job) => writeCursor(String(job.createdAt.getTime()), job.id), query);
}

/** The jobs that the list shows below the cursor's. One comparison of rows, which an index can serve. */
function before(cursor: string) {
  const [createdAt, id] = readCursor(cursor, CURSOR);
  return sql`(${jobs.createdAt}, ${jobs.id}) < (${new Date(Number(createdAt))}, ${id})`;
}
