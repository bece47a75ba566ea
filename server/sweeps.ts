import { jobsToPublish, recoverLostJobs } from '../platform/jobs/recover.ts';
import { Lifecycle } from '../platform/lifecycle.ts';
import { publishJob, publishSnapshot } from '../platform/publish.ts';
import { repeat } from '../platform/repeat.ts';
import type { Services } from './context.ts';
import { removeExpiredUploads } from './uploads/remove-expired.ts';

export interface SweepIntervals {
  readonly jobsMs: number;
  /** A queued row with no change for this long may have lost its message. */
  readonly idleMs: number;
  readonly uploadsMs: number;
}

export const SWEEP_INTERVALS: SweepIntervals = { jobsMs: 5_000, idleMs: 10_000, uploadsMs: 60_000 };

type SweepServices = Pick<Services, 'db' | 'nats' | 'storage' | 'log'>;

/**
 * What keeps every promise when a message or a process is lost. Several servers may sweep at once: each step is a
 * guarded statement or a publish that is refused when its message is there.
 */
export function startSweeps(services: SweepServices, intervals: SweepIntervals = SWEEP_INTERVALS): AsyncDisposable {
  const { log } = services;
  const sweeps = new Lifecycle();
  sweeps.use(repeat(() => recover(services), { name: 'recover', intervalMs: intervals.jobsMs, log }));
  sweeps.use(repeat(() => republish(services, intervals), { name: 'republish', intervalMs: intervals.jobsMs, log }));
  sweeps.use(repeat(() => expire(services), { name: 'expire uploads', intervalMs: intervals.uploadsMs, log }));
  return sweeps;
}

/** Jobs whose worker is lost are queued again, or failed; their watchers hear of it and the workers get a message. */
async function recover({ db, nats, log }: SweepServices): Promise<void> {
  for (const job of await recoverLostJobs(db)) {
    log.warn({ jobId: job.id, requestId: job.requestId, status: job.status }, 'the worker of a job was lost');
    publishSnapshot(nats, job, log);
    if (job.status === 'queued') await publishJob(nats, job);
  }
}

async function republish({ db, nats }: SweepServices, { idleMs }: SweepIntervals): Promise<void> {
  for (const job of await jobsToPublish(db, idleMs)) await publishJob(nats, job);
}

async function expire(services: SweepServices): Promise<void> {
  const removed = await removeExpiredUploads(services);
  if (removed > 0) services.log.info({ removed }, 'expired uploads were removed');
}
