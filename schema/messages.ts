import { z } from 'zod';
import { jobId, newId } from './ids.ts';

/**
 * What travels over NATS. Subjects start with a prefix so that several installations can share one server:
 *
 *   <prefix>.jobs.<model>.<jobId>         work queue, one message per job
 *   <prefix>.events.<accountId>.<jobId>   whole job snapshots (`schema/job.ts`), core NATS, fire and forget
 */
export interface Subjects {
  readonly jobStream: string;
  readonly allJobs: string;
  jobsOf(model: string): string;
  job(model: string, id: string): string;
  event(accountId: string, id: string): string;
  /** The events of all jobs of an account. */
  eventsOf(accountId: string): string;
}

export function subjects(prefix: string): Subjects {
  return {
    jobStream: `${prefix.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}_JOBS`,
    allJobs: `${prefix}.jobs.>`,
    jobsOf: (model) => `${prefix}.jobs.${subjectToken(model)}.*`,
    job: (model, id) => `${prefix}.jobs.${subjectToken(model)}.${id}`,
    event: (accountId, id) => `${prefix}.events.${accountId}.${id}`,
    eventsOf: (accountId) => `${prefix}.events.${accountId}.*`,
  };
}

/** Model names may hold dots, which would split a subject into more tokens. */
function subjectToken(model: string): string {
  return model.replaceAll('.', '_');
}

/** The message that tells a worker that a job waits. It carries no payload of the job: the row in Postgres is the truth. */
export const jobMessage = z.object({
  version: z.literal(1),
  jobId,
  /** Follows the job through every log. */
  requestId: z.string(),
});
export type JobMessage = z.infer<typeof jobMessage>;

export function newJobMessage(id: string, requestId: string = newId('req')): JobMessage {
  return { version: 1, jobId: id, requestId };
}
