import type { NatsConnection, Subscription } from '@nats-io/transport-node';
import type { Logger } from '../../platform/log.ts';
import type { JobSnapshot } from '../../schema/job.ts';
import { subscribeSnapshots } from './events.ts';
import { Watcher } from './watcher.ts';

/**
 * One watched job: one NATS subscription, however many readers it has here. `onEmpty` is called when the last reader
 * has gone; the topic is of no further use then.
 */
export class Topic {
  readonly jobId: string;
  readonly #watchers = new Set<Watcher>();
  readonly #subscription: Subscription;
  readonly #onEmpty: () => void;
  #newest: JobSnapshot | undefined;

  constructor(
    jobId: string,
    options: { connection: NatsConnection; subject: string; log: Logger; onEmpty: () => void },
  ) {
    this.jobId = jobId;
    this.#onEmpty = options.onEmpty;
    this.#subscription = subscribeSnapshots(options, (snapshot) => this.offer(snapshot));
  }

  /** Revision of the newest snapshot that every reader was shown. */
  get revision(): number {
    return this.#newest?.revision ?? 0;
  }

  get watchers(): Watcher[] {
    return [...this.#watchers];
  }

  /** Adds a reader; it starts with the newest snapshot known here. */
  attach(keyId: string): Watcher {
    const watcher = new Watcher(keyId, () => this.#detach(watcher));
    this.#watchers.add(watcher);
    if (this.#newest !== undefined) watcher.offer(this.#newest);
    return watcher;
  }

  offer(snapshot: JobSnapshot): void {
    if (snapshot.revision <= this.revision) return;
    this.#newest = snapshot;
    for (const watcher of this.#watchers) watcher.offer(snapshot);
  }

  #detach(watcher: Watcher): void {
    this.#watchers.delete(watcher);
    if (this.#watchers.size > 0) return;
    this.#subscription.unsubscribe();
    this.#onEmpty();
  }
}
