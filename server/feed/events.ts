import type { NatsConnection, Subscription } from '@nats-io/transport-node';
import type { Logger } from '../../platform/log.ts';
import { type JobSnapshot, jobSnapshot } from '../../schema/job.ts';

/** Calls back with every snapshot that is published under the subject; what can't be read is logged and skipped. */
export function subscribeSnapshots(
  { connection, subject, log }: { connection: NatsConnection; subject: string; log: Logger },
  onSnapshot: (snapshot: JobSnapshot) => void,
): Subscription {
  return connection.subscribe(subject, {
    callback: (error, message) => {
      const snapshot = error === null ? parseEvent(message.string()) : undefined;
      if (snapshot === undefined) log.warn({ err: error, subject }, 'a job event could not be read');
      else onSnapshot(snapshot);
    },
  });
}

/** undefined for anything that isn't a snapshot, for example one of a newer version. */
function parseEvent(text: string): JobSnapshot | undefined {
  try {
    return jobSnapshot.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
