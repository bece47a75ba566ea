import { and, asc, gte, inArray, or, sql } from 'drizzle-orm';
import type { Database } from '../../platform/database.ts';
import { isEnded, JOB_STATUSES } from '../../schema/job.ts';
import { type JobRow, jobs } from '../../schema/tables.ts';
import { shownTo } from '../use-cases/find-job.ts';

/** How far somebody has read the changes of an account's jobs, which are ordered by `updatedAt` and id. */
export interface Position {
  readonly updatedAt: Date;
  readonly id: string;
  /** Of ended jobs, only those that ended since then count. */
  readonly endedSince: Date;
}

export const CHANGES_PER_READ = 100;

const OPEN = JOB_STATUSES.filter((status) => !isEnded(status));

/**
 * The next jobs of the account that changed after the position, in the order of their last change; fewer than
 * CHANGES_PER_READ say that there are no more. An open job that changes meanwhile moves back in that order, so it may
 * come twice and is never left out.
 */
export function changedJobs(db: Database, accountId: string, from: Position): Promise<JobRow[]> {
  return db
    .select()
    .from(jobs)
    .where(
      and(
        shownTo(accountId),
        // Two small indexes instead of one over `updated_at`, which would make every heartbeat write to it.
        or(inArray(jobs.status, OPEN), gte(jobs.endedAt, from.endedSince)),
        sql`(${jobs.updatedAt}, ${jobs.id}) > (${from.updatedAt}, ${from.id})`,
      ),
    )
    .orderBy(asc(jobs.updatedAt), asc(jobs.id))
    .limit(CHANGES_PER_READ);
}

/** All changes from the moment on. */
export function changesSince(moment: Date): Position {
  return { updatedAt: moment, id: '', endedSince: moment };
}

/** Every open job, and those that ended since the moment. */
export function openAndEndedSince(moment: Date): Position {
  return { updatedAt: new Date(0), id: '', endedSince: moment };
}

/** After the row, in the same reading. */
export function positionAt({ updatedAt, id }: JobRow, { endedSince }: Position): Position {
  return { updatedAt, id, endedSince };
}

/** A position from which all is read that would be from either one. */
export function earlier(a: Position | undefined, b: Position): Position {
  if (a === undefined) return b;
  const [difference, endedDifference] = [+a.updatedAt - +b.updatedAt, +a.endedSince - +b.endedSince];
  const first = difference < 0 || (difference === 0 && a.id < b.id) ? a : b;
  return { ...first, endedSince: endedDifference < 0 ? a.endedSince : b.endedSince };
}
