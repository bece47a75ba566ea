import type { JobSnapshot } from '../../../schema/job.ts';

/** A snapshot with nothing remarkable but what is given. */
export function snapshot(given: Partial<JobSnapshot> = {}): JobSnapshot {
  return {
    id: 'tlk_1_abcdef',
    accountId: 'acc_1',
    requestId: 'req_1',
    revision: 1,
    status: 'processing',
    model: 'retalk',
    retryOf: null,
    attempt: 1,
    stage: null,
    progress: 0,
    etaSeconds: null,
    creditsHeld: 1,
    creditsUsed: null,
    error: null,
    result: null,
    warnings: [],
    stages: [],
    createdAt: '2026-01-01T00:00:00.000Z',
    startedAt: null,
    endedAt: null,
    ...given,
  };
}
