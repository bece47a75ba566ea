import { and, eq, gt, type SQL, sql } from 'drizzle-orm';
import type { ErrorCode } from '../../schema/errors.ts';
import type { JobResult, JobWarning, StageTiming } from '../../schema/job.ts';
import { type JobRow, jobs } from '../../schema/tables.ts';
import type { Database } from '../database.ts';
import { release, settle } from './ledger.ts';
import { databaseNow, moveJob } from './move.ts';

const lifeOver = { leaseExpiresAt: null, etaSeconds: null, endedAt: databaseNow } as const;

export interface Completion {
  readonly id: string;
  readonly attempt: number;
  readonly result: JobResult;
  readonly creditsUsed: number;
  readonly stages: StageTiming[];
  /** Default: what the last heartbeat stored. */
  readonly warnings?: JobWarning[];
}

/**
 * Announces the result and charges for it in one transaction. Gives the row, or undefined when the attempt is no
 * longer the current one: then nothing was changed and nothing charged.
 */
export function completeJob(db: Database, completion: Completion): Promise<JobRow | undefined> {
  return db.transaction(async (tx) => {
    const job = await moveJob(tx, {
      id: completion.id,
      to: 'completed',
      attempt: completion.attempt,
      set: {
        ...lifeOver,
        stage: null,
        progress: 1,
        stages: completion.stages,
        ...(completion.warnings && { warnings: completion.warnings }),
        result: completion.result,
        creditsUsed: completion.creditsUsed,
      },
    });
    if (job !== undefined) await settle(tx, job.accountId, job.id, job.creditsHeld, completion.creditsUsed);
    return job;
  });
}

export interface Failure {
  readonly id: string;
  /** Without it the job fails whoever holds it. */
  readonly attempt?: number;
  readonly when?: SQL;
  readonly code: ErrorCode;
  readonly message: string;
  readonly stages?: StageTiming[];
  readonly warnings?: JobWarning[];
}

/** Ends the job as failed and returns its credits in one transaction; undefined when it wasn't in a state to fail. */
export function failJob(db: Database, failure: Failure): Promise<JobRow | undefined> {
  return db.transaction(async (tx) => {
    const job = await moveJob(tx, {
      id: failure.id,
      to: 'failed',
      attempt: failure.attempt,
      when: failure.when,
      set: {
        ...lifeOver,
        errorCode: failure.code,
        errorMessage: failure.message,
        creditsUsed: 0,
        ...(failure.stages && { stages: failure.stages }),
        ...(failure.warnings && { warnings: failure.warnings }),
      },
    });
    if (job !== undefined) await release(tx, job.accountId, job.id, job.creditsHeld);
    return job;
  });
}

/** A canceled job whose worker has not stopped yet, nor been silent for so long that it is lost. */
export const workerStopping = and(eq(jobs.status, 'canceled'), gt(jobs.leaseExpiresAt, databaseNow));

/**
 * Ends an open job on its owner's wish and returns its credits; undefined when it had ended, or is another account's.
 * A lease in the row that comes back says that a worker has yet to stop; see `workerStopping`.
 */
export function cancelJob(db: Database, id: string, ownedBy: SQL): Promise<JobRow | undefined> {
  const leaseExpiresAt = sql`case when ${jobs.leaseExpiresAt} > now() then ${jobs.leaseExpiresAt} end`;
  return db.transaction(async (tx) => {
    const job = await moveJob(tx, {
      id,
      to: 'canceled',
      when: ownedBy,
      set: { ...lifeOver, leaseExpiresAt, creditsUsed: 0 },
    });
    if (job !== undefined) await release(tx, job.accountId, job.id, job.creditsHeld);
    return job;
  });
}

/** The worker of a canceled job says that nothing of the attempt runs any more. Changes nothing that watchers see. */
export async function confirmStopped(db: Database, id: string, attempt: number): Promise<void> {
  await db
    .update(jobs)
    .set({ leaseExpiresAt: null })
    .where(and(eq(jobs.id, id), eq(jobs.attempt, attempt), eq(jobs.status, 'canceled')));
}
