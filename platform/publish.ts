import { JetStreamApiError } from '@nats-io/jetstream';
import { newJobMessage } from '../schema/messages.ts';
import type { JobRow } from '../schema/tables.ts';
import { snapshotOf } from './jobs/snapshot.ts';
import type { Logger } from './log.ts';
import { ensureJobStream, type NatsHandle } from './nats.ts';

/** JetStream's "maximum messages per subject exceeded": the job's message is there already. */
const ALREADY_QUEUED = 10_077;
const PUBLISH_TIMEOUT_MS = 5_000;

/**
 * Puts the job's message into the work queue, unless it is there. Throws if NATS can't be reached; callers may leave
 * it at that, because the sweep publishes every queued row again.
 */
export async function publishJob(nats: NatsHandle, job: Pick<JobRow, 'id' | 'model' | 'requestId'>): Promise<void> {
  const subject = nats.subjects.job(job.model, job.id);
  const message = JSON.stringify(newJobMessage(job.id, job.requestId));
  const publish = () => nats.jetstream.publish(subject, message, { timeout: PUBLISH_TIMEOUT_MS });
  try {
    await publish();
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === ALREADY_QUEUED) return;
    // JetStream may have lost its store, the stream with it. If this fails as well, the cause is another one.
    await ensureJobStream(nats.connection, nats.subjects);
    await publish();
  }
}

/** Tells every watcher what the job looks like now. Losing this message only delays them: servers re-read watched rows. */
export function publishSnapshot(nats: NatsHandle, job: JobRow, log: Logger): void {
  try {
    nats.connection.publish(nats.subjects.event(job.accountId, job.id), JSON.stringify(snapshotOf(job)));
  } catch (error) {
    log.warn({ err: error, jobId: job.id }, 'a job event could not be published');
  }
}
