import { and, eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';
import { type JobStatus, sourcesOf } from '../../schema/job.ts';
import { type JobRow, jobs } from '../../schema/tables.ts';
import type { Executor } from '../database.ts';

/** The clock of every lease and time stamp is the database's: workers' clocks may differ. */
export const databaseNow = sql`now()`;

export function databaseNowPlus(milliseconds: number): SQL {
  return sql`now() + ${milliseconds} * interval '1 millisecond'`;
}

export interface Move {
  readonly id: string;
  readonly to: JobStatus;
  /** The attempt that the caller holds; without it, the caller needs no lease for this move. */
  readonly attempt?: number;
  /** Further conditions, for example that the lease has expired. */
  readonly when?: SQL;
  readonly set?: PgUpdateSetSource<typeof jobs>;
}

/**
 * The one statement that changes a job's status: it succeeds only from the states of the transition table and, where
 * an attempt is given, only for the worker whose attempt is the current one. Gives the row as it is now, or undefined
 * when the job was not in such a state, so that of two racing moves exactly one wins.
 */
export async function moveJob(db: Executor, move: Move): Promise<JobRow | undefined> {
  const [row] = await db
    .update(jobs)
    .set({
      ...move.set,
      status: move.to,
      revision: sql`${jobs.revision} + 1`,
      updatedAt: databaseNow,
    })
    .where(
      and(
        eq(jobs.id, move.id),
        inArray(jobs.status, sourcesOf(move.to)),
        move.attempt === undefined ? undefined : heldAs(move.attempt),
        move.when,
      ),
    )
    .returning();
  return row;
}

/** A job that was taken from its worker keeps the attempt's number until the next claim, but nobody holds it then. */
function heldAs(attempt: number): SQL | undefined {
  return and(eq(jobs.attempt, attempt), eq(jobs.status, 'processing'));
}
