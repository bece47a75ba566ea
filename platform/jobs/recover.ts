import { and, eq, lt, lte, sql } from 'drizzle-orm';
import { type JobRow, jobs } from '../../schema/tables.ts';
import type { Database } from '../database.ts';
import { failJob } from './finish.ts';
import { moveJob } from './move.ts';

/** An input that brings workers down must not do so for ever. */
export const MAX_FAILURES = 3;
/** One sweep handles this many rows; the next one takes the rest. */
const SWEEP_ROWS = 200;

const leaseExpired = sql`${jobs.leaseExpiresAt} < now()`;

/**
 * If the job's worker is lost, queues the job again, or fails it when that happened too often. Gives the changed row;
 * undefined when there was nothing to recover.
 */
export async function recoverJob(db: Database, id: string): Promise<JobRow | undefined> {
  const requeued = await moveJob(db, {
    id,
    to: 'queued',
    when: and(leaseExpired, lt(jobs.failures, MAX_FAILURES - 1)),
    set: {
      failures: sql`${jobs.failures} + 1`,
      workerId: null,
      leaseExpiresAt: null,
      stage: null,
      progress: 0,
      etaSeconds: null,
    },
  });
  if (requeued !== undefined) return requeued;
  return failJob(db, {
    id,
    when: and(eq(jobs.status, 'processing'), leaseExpired),
    code: 'WORKER_LOST',
    message: 'The workers that took this job stopped answering each time. Your credits were returned; submit it again.',
  });
}

/** Recovers every job whose worker is lost. Gives the changed rows. */
export async function recoverLostJobs(db: Database): Promise<JobRow[]> {
  const lost = await db
    .select({ id: jobs.id })
    .from(jobs)
    .where(and(eq(jobs.status, 'processing'), leaseExpired))
    .limit(SWEEP_ROWS);
  const recovered: JobRow[] = [];
  for (const { id } of lost) {
    const row = await recoverJob(db, id);
    if (row !== undefined) recovered.push(row);
  }
  return recovered;
}

/** Queued jobs that have waited `idleMs` with no change: their message may be lost, so it is published again. */
export function jobsToPublish(db: Database, idleMs: number): Promise<JobRow[]> {
  return db
    .select()
    .from(jobs)
    .where(
      and(
        eq(jobs.status, 'queued'),
        lte(jobs.runAfter, sql`now()`),
        sql`${jobs.updatedAt} < now() - ${idleMs} * interval '1 millisecond'`,
      ),
    )
    .orderBy(jobs.createdAt)
    .limit(SWEEP_ROWS);
}
