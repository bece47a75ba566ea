import { and, eq, sql } from 'drizzle-orm';
import type { JobWarning, Stage, StageTiming } from '../../schema/job.ts';
import { type JobRow, jobs } from '../../schema/tables.ts';
import type { Database } from '../database.ts';
import { LEASE_MS } from './claim.ts';
import { failJob } from './finish.ts';
import { post } from './ledger.ts';
import { databaseNow, databaseNowPlus, moveJob } from './move.ts';
import { MAX_FAILURES } from './recover.ts';

/** What a worker does to a job between claim and finish. Every function gives undefined when the attempt was lost. */

export interface Progress {
  readonly stage: Stage;
  /** 0–1; a lower value than the stored one is ignored. */
  readonly progress: number;
  readonly etaSeconds: number | null;
  readonly stages: StageTiming[];
  readonly warnings: JobWarning[];
}

const heldBy = (id: string, attempt: number) =>
  and(eq(jobs.id, id), eq(jobs.attempt, attempt), eq(jobs.status, 'processing'));

/** Heartbeat: stores the progress and renews the lease. */
export async function recordProgress(
  db: Database,
  id: string,
  attempt: number,
  progress: Progress,
): Promise<JobRow | undefined> {
  const [row] = await db
    .update(jobs)
    .set({
      stage: progress.stage,
      progress: sql`greatest(${jobs.progress}, ${progress.progress})`,
      etaSeconds: progress.etaSeconds,
      stages: progress.stages,
      warnings: progress.warnings,
      leaseExpiresAt: databaseNowPlus(LEASE_MS),
      revision: sql`${jobs.revision} + 1`,
      updatedAt: databaseNow,
    })
    .where(heldBy(id, attempt))
    .returning();
  return row;
}

export type HoldChange = 'changed' | 'insufficient' | 'lost';

/** Brings the credits held to what the job will really cost, now that its length is known. */
export function adjustHold(db: Database, id: string, attempt: number, credits: number): Promise<HoldChange> {
  return db.transaction(async (tx) => {
    const [job] = await tx.select().from(jobs).where(heldBy(id, attempt)).for('update');
    if (job === undefined) return 'lost';
    const difference = credits - job.creditsHeld;
    if (difference === 0) return 'changed';
    const kind = difference > 0 ? 'hold' : 'release';
    if (!(await post(tx, { accountId: job.accountId, jobId: id, kind, amount: -difference }))) return 'insufficient';
    await tx
      .update(jobs)
      .set({ creditsHeld: credits, revision: sql`${jobs.revision} + 1`, updatedAt: databaseNow })
      .where(eq(jobs.id, id));
    return 'changed';
  });
}

const backToQueue = { workerId: null, leaseExpiresAt: null, stage: null, progress: 0, etaSeconds: null } as const;

/** Gives the job back unharmed, because this worker is told to stop. */
export function handBackJob(db: Database, id: string, attempt: number): Promise<JobRow | undefined> {
  return moveJob(db, { id, to: 'queued', attempt, set: backToQueue });
}

/** The pause after the first failure; it doubles with each further one. */
const RETRY_PAUSE_MS = 2_000;

/** After a failure of our own: queues the job again after a pause, or fails it when that happened too often. */
export async function retryJob(db: Database, id: string, attempt: number): Promise<JobRow | undefined> {
  const requeued = await moveJob(db, {
    id,
    to: 'queued',
    attempt,
    when: sql`${jobs.failures} < ${MAX_FAILURES - 1}`,
    set: {
      ...backToQueue,
      failures: sql`${jobs.failures} + 1`,
      runAfter: sql`now() + ${RETRY_PAUSE_MS} * interval '1 millisecond' * power(2, ${jobs.failures})`,
    },
  });
  if (requeued !== undefined) return requeued;
  return failJob(db, {
    id,
    attempt,
    code: 'INTERNAL',
    message: 'The service could not render this job. Your credits were returned; submit it again, or tell us its id.',
  });
}
