import type { SQL } from 'drizzle-orm';
import type { ErrorCode } from '../../schema/errors.ts';
import type { JobResult, StageTiming } from '../../schema/job.ts';
import type { JobRow } from '../../schema/tables.ts';
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
      },
    });
    if (job !== undefined) await release(tx, job.accountId, job.id, job.creditsHeld);
    return job;
  });
}

/** Ends an open job on its owner's wish and returns its credits; undefined when it had ended, or is another account's. */
export function cancelJob(db: Database, id: string, ownedBy: SQL): Promise<JobRow | undefined> {
  return db.transaction(async (tx) => {
    const job = await moveJob(tx, { id, to: 'canceled', when: ownedBy, set: { ...lifeOver, creditsUsed: 0 } });
    if (job !== undefined) await release(tx, job.accountId, job.id, job.creditsHeld);
    return job;
  });
}
