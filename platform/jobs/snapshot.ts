import type { JobSnapshot } from '../../schema/job.ts';
import type { JobRow } from '../../schema/tables.ts';

/** The row as watchers see it. */
export function snapshotOf(job: JobRow): JobSnapshot {
  return {
    id: job.id,
    accountId: job.accountId,
    requestId: job.requestId,
    revision: job.revision,
    status: job.status,
    model: job.model,
    retryOf: job.retryOf,
    attempt: job.attempt,
    stage: job.stage,
    progress: job.progress,
    etaSeconds: job.etaSeconds,
    creditsHeld: job.creditsHeld,
    creditsUsed: job.creditsUsed,
    error: job.errorCode === null ? null : { code: job.errorCode, message: job.errorMessage ?? '' },
    result: job.result,
    warnings: job.warnings,
    stages: job.stages,
    createdAt: job.createdAt.toISOString(),
    startedAt: job.startedAt?.toISOString() ?? null,
    endedAt: job.endedAt?.toISOString() ?? null,
  };
}
