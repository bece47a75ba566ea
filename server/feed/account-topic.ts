import type { NatsConnection, Subscription } from '@nats-io/transport-node';
import type { Logger } from '../../platform/log.ts';
import type { JobSnapshot } from '../../schema/job.ts';
import { AccountWatcher, type AccountWatcherOptions } from './account-watcher.ts';
import type { Position } from './changed-jobs.ts';
import { subscribeSnapshots } from './events.ts';

export interface AccountTopicOptions extends Omit<AccountWatcherOptions, 'keyId' | 'detach'> {
  readonly connection: NatsConnection;
  readonly subject: string;
  readonly log: Logger;
  /** The changes up to here had been made before there was a watcher. */
  readonly readUpTo: Position;
  readonly onEmpty: () => void;
}

/**
 * One watched account: one NATS subscription to the events of all its jobs, however many readers it has here. `onEmpty`
 * is called when the last reader has gone; the topic is of no further use then.
 */
export class AccountTopic {
  readonly #options: AccountTopicOptions;
  readonly #watchers = new Set<AccountWatcher>();
  readonly #subscription: Subscription;
  /** The changes up to here have been offered to every reader. */
  readUpTo: Position;

  constructor(options: AccountTopicOptions) {
    this.#options = options;
    this.readUpTo = options.readUpTo;
    this.#subscription = subscribeSnapshots(options, (snapshot) => this.offer(snapshot));
  }

  get watchers(): AccountWatcher[] {
    return [...this.#watchers];
  }

  attach(keyId: string): AccountWatcher {
    const watcher = new AccountWatcher({ ...this.#options, keyId, detach: (gone) => this.#detach(gone) });
    this.#watchers.add(watcher);
    return watcher;
  }

  offer(snapshot: JobSnapshot): void {
    for (const watcher of this.#watchers) watcher.offer(snapshot, this.readUpTo);
  }

  #detach(watcher: AccountWatcher): void {
    this.#watchers.delete(watcher);
    if (this.#watchers.size > 0) return;
    this.#subscription.unsubscribe();
    this.#options.onEmpty();
  }
}
