import type { JobRow } from '../../schema/tables.ts';
import type { AccountContext } from '../context.ts';
import { JobNotRetryable } from '../refusal.ts';
import { parseRequest } from './check-request.ts';
import { findJob } from './find-job.ts';
import { parseKey, takeJob } from './submit.ts';

/**
 * Takes a new job with the inputs of one that failed or was canceled, and holds its credits anew. Throws `NotFound`,
 * `JobNotRetryable`, and what a submit throws: `InvalidInput` when an upload is no longer kept.
 */
export async function retryEndedJob(
  context: AccountContext,
  id: string,
  idempotencyKey?: string | null,
): Promise<JobRow> {
  const key = parseKey(idempotencyKey);
  const job = await findJob(context, id);
  if (job.status !== 'failed' && job.status !== 'canceled') throw new JobNotRetryable(job);
  // What was accepted once may name a model that is no longer offered.
  return takeJob(context, { request: parseRequest(job.request), key, retryOf: job.id });
}
