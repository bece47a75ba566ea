import type { NatsConnection, Subscription } from '@nats-io/transport-node';
import type { Logger } from '../../platform/log.ts';
import { type JobSnapshot, jobSnapshot } from '../../schema/job.ts';
import { Watcher } from './watcher.ts';

/**
 * One watched job: one NATS subscription, however many readers it has here. `close` is called when the last reader
 * has gone; the topic is of no further use then.
 */
export class Topic {
  readonly jobId: string;
  readonly #watchers = new Set<Watcher>();
  readonly #subscription: Subscription;
  readonly #onEmpty: (topic: Topic) => void;
  #newest: JobSnapshot | undefined;

  constructor(
    jobId: string,
    options: { connection: NatsConnection; subject: string; log: Logger; onEmpty: (topic: Topic) => void },
  ) {
    this.jobId = jobId;
    this.#onEmpty = options.onEmpty;
    this.#subscription = options.connection.subscribe(options.subject, {
      callback: (error, message) => {
        const snapshot = error === null ? parseEvent(message.string()) : undefined;
        if (snapshot === undefined) options.log.warn({ err: error, jobId }, 'a job event could not be read');
        else this.offer(snapshot);
      },
    });
  }

  /** Revision of the newest snapshot that every reader was shown. */
  get revision(): number {
    return this.#newest?.revision ?? 0;
  }

  /** Adds a reader; it starts with the newest snapshot known here. */
  attach(): Watcher {
    const watcher = new Watcher((gone) => this.#detach(gone));
    this.#watchers.add(watcher);
    if (this.#newest !== undefined) watcher.offer(this.#newest);
    return watcher;
  }

  offer(snapshot: JobSnapshot): void {
    if (snapshot.revision <= this.revision) return;
    this.#newest = snapshot;
    for (const watcher of this.#watchers) watcher.offer(snapshot);
  }

  fail(error: Error): void {
    for (const watcher of this.#watchers) watcher.fail(error);
  }

  #detach(watcher: Watcher): void {
    this.#watchers.delete(watcher);
    if (this.#watchers.size > 0) return;
    this.#subscription.unsubscribe();
    this.#onEmpty(this);
  }
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
