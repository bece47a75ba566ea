import type { z } from 'zod';
import { isEnded, JOB_STATUSES, type JobResult, type JobStatus } from '../../schema/job.ts';
import type { restCanceled, restJobs, restResult, restStatus, restSubmitted } from '../../schema/rest.ts';
import type { JobRow } from '../../schema/tables.ts';
import { Refusal } from '../refusal.ts';
import type { Cancellation } from '../use-cases/cancel.ts';
import type { Page } from '../use-cases/page.ts';

/** A job in the shapes of the partners' contract. The order of keys is the order of the contract's examples. */

type RestStatus = z.infer<typeof restStatus>['data']['status'];
type RestError = z.infer<typeof restStatus>['data']['error'];

const CANCELED = { code: 'CANCELED', message: 'The job was canceled. Its credits were returned.' } as const;

/** `2026-04-21T10:00:00Z`: UTC, to the second. */
export function restTime(time: Date): string {
  return time.toISOString().replace(/\.[0-9]{3}Z$/, 'Z');
}

function restSeconds(seconds: number): string {
  return `${Math.max(0, Math.round(seconds))}s`;
}

/** The contract knows four states; what was canceled has failed there, with a code that says so. */
function restStatusOf({ status }: Pick<JobRow, 'status'>): RestStatus {
  return status === 'canceled' ? 'failed' : status;
}

/** The states of ours that are the contract's one. */
export function statusesOf(status: RestStatus): JobStatus[] {
  return JOB_STATUSES.filter((own) => restStatusOf({ status: own }) === status);
}

function errorOf(job: JobRow): RestError {
  if (job.status === 'canceled') return CANCELED;
  if (job.errorCode === null) return undefined;
  return { code: job.errorCode, message: job.errorMessage ?? '' };
}

/** `estimatedSeconds`: as for a job submitted now. A repeated submit may meet a job that has ended. */
export function submittedBody(job: JobRow, estimatedSeconds: number): z.infer<typeof restSubmitted> {
  return {
    success: true,
    data: {
      job_id: job.id,
      request_id: job.requestId,
      status: restStatusOf(job),
      message: 'Job submitted',
      estimated_time: restSeconds(isEnded(job.status) ? 0 : (job.etaSeconds ?? estimatedSeconds)),
      credit_cost: job.creditsHeld,
    },
  };
}

export function statusBody(job: JobRow): z.infer<typeof restStatus> {
  return { success: true, data: statusData(job) };
}

export function jobsBody({ edges, hasNextPage }: Page<JobRow>): z.infer<typeof restJobs> {
  const next = hasNextPage ? edges.at(-1)?.cursor : undefined;
  return { success: true, data: { jobs: edges.map(({ node }) => statusData(node)), next_cursor: next ?? null } };
}

function statusData(job: JobRow): z.infer<typeof restStatus>['data'] {
  const error = errorOf(job);
  return {
    job_id: job.id,
    status: restStatusOf(job),
    // Rounded down: 100 is said of what is done only.
    progress: Math.floor(job.progress * 100),
    stage: job.status === 'processing' ? job.stage : null,
    estimated_time: job.etaSeconds === null ? null : restSeconds(job.etaSeconds),
    warnings: job.warnings,
    ...(error && { error }),
    created_at: restTime(job.createdAt),
  };
}

const CANCELLATIONS = {
  canceled: ['canceled', 'Job canceled'],
  requested: ['cancellation_requested', 'Job canceled; its worker is stopping'],
  already_ended: ['already_ended', 'The job had ended before'],
} as const satisfies Record<Cancellation['outcome'], readonly [string, string]>;

export function canceledBody({ outcome, job }: Cancellation): z.infer<typeof restCanceled> {
  const [name, message] = CANCELLATIONS[outcome];
  return { success: true, data: { job_id: job.id, status: restStatusOf(job), outcome: name, message } };
}

export function resultBody(job: JobRow, result: JobResult, resultUrl: string): z.infer<typeof restResult> {
  return {
    success: true,
    data: {
      job_id: job.id,
      status: 'completed',
      result_url: resultUrl,
      width: result.width,
      height: result.height,
      type: 'video/mp4',
      used_credit: job.creditsUsed ?? 0,
      created_at: restTime(job.createdAt),
    },
  };
}

/** The job's result. Throws the `Refusal` that says why there is none: NOT_READY, CANCELED, or what the job failed of. */
export function resultOf(job: JobRow): JobResult {
  const error = errorOf(job);
  if (error !== undefined) throw new Refusal(error.code, error.message);
  if (job.result !== null) return job.result;
  throw new Refusal('NOT_READY', `The job is ${job.status}. Ask for its status until that is completed.`);
}
