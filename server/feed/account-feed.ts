import { sql } from 'drizzle-orm';
import { within } from '../../platform/deadline.ts';
import { snapshotOf } from '../../platform/jobs/snapshot.ts';
import type { JobSnapshot } from '../../schema/job.ts';
import type { AccountContext } from '../context.ts';
import { AccountTopic } from './account-topic.ts';
import { CHANGES_PER_READ, changedJobs, changesSince, openAndEndedSince, positionAt } from './changed-jobs.ts';
import { ATTACH_MS, endRevoked, type FeedOptions, keepReading, shuttingDown } from './rereading.ts';

/**
 * A change bears the time at which its transaction began and shows when that commits. Ours take milliseconds; one that
 * waits for a lock is ended by Postgres after this long. Reading again from that much earlier leaves none out.
 */
const OVERLAP_MS = 15_000;
/** How far back a watcher can start; the list of jobs reaches further. */
const MAX_BACK_MS = 24 * 3600 * 1000;

export interface AccountFeedOptions extends FeedOptions {
  readonly maxPendingJobs?: number;
}

/**
 * Pushes the snapshots of all jobs of an account to its watchers: events over NATS, one wildcard per watched account,
 * and every few seconds the rows that have changed since they were last read, so that a lost event delays what a
 * watcher sees and hides nothing.
 */
export class AccountFeed implements AsyncDisposable {
  readonly #options: AccountFeedOptions;
  readonly #topics = new Map<string, AccountTopic>();
  readonly #rereading: AsyncDisposable;
  #disposed = false;

  constructor(options: AccountFeedOptions) {
    this.#options = options;
    this.#rereading = keepReading(() => this.#reread(), 'account feed re-read', options);
  }

  /** How many accounts are watched on this server. */
  get watchedAccounts(): number {
    return this.#topics.size;
  }

  /**
   * The newest states of all jobs of the account: first of those that are open, that ended seconds ago, or that ended
   * after `since`, then of each that changes. It doesn't end by itself; `return()` gives everything back.
   */
  async watch(
    { account, keyId }: Pick<AccountContext, 'account' | 'keyId'>,
    since?: Date | null,
  ): Promise<AsyncIterableIterator<JobSnapshot>> {
    const now = await this.#databaseTime();
    if (this.#disposed) throw shuttingDown();
    const justNow = earlierBy(OVERLAP_MS, now);
    const topic = this.#topicOf(account.id, justNow);
    const watcher = topic.attach(keyId);
    try {
      // The subscription must stand before the rows are read: a change between the two would be seen by neither.
      await within(ATTACH_MS, this.#options.nats.connection.flush());
      watcher.include(openAndEndedSince(startOf(since ?? justNow, justNow)));
      await watcher.catchUp();
      return watcher;
    } catch (error) {
      await watcher.return();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    await this.#rereading[Symbol.asyncDispose]();
    for (const watcher of this.#watchers()) watcher.fail(shuttingDown());
  }

  #watchers() {
    return [...this.#topics.values()].flatMap((topic) => topic.watchers);
  }

  #topicOf(accountId: string, since: Date): AccountTopic {
    const { db, nats, log, maxPendingJobs } = this.#options;
    const known = this.#topics.get(accountId);
    if (known !== undefined) return known;
    const topic = new AccountTopic({
      connection: nats.connection,
      subject: nats.subjects.eventsOf(accountId),
      log,
      maxPendingJobs,
      readUpTo: changesSince(since),
      changesAfter: (position) => changedJobs(db, accountId, position),
      onReadError: (error) => log.warn({ err: error, accountId }, 'missed changes could not be read; trying again'),
      onEmpty: () => this.#topics.delete(accountId),
    });
    this.#topics.set(accountId, topic);
    return topic;
  }

  async #reread(): Promise<void> {
    if (this.#topics.size === 0) return;
    await endRevoked(this.#options.db, this.#watchers());
    for (const [accountId, topic] of [...this.#topics]) await this.#readChanges(accountId, topic);
    // Those that couldn't read what they had missed try again.
    for (const watcher of this.#watchers()) await watcher.catchUp();
  }

  async #readChanges(accountId: string, topic: AccountTopic): Promise<void> {
    const now = await this.#databaseTime();
    let position = topic.readUpTo;
    for (;;) {
      const rows = await changedJobs(this.#options.db, accountId, position);
      for (const row of rows) {
        topic.offer(snapshotOf(row));
        position = positionAt(row, position);
      }
      if (rows.length < CHANGES_PER_READ || topic.watchers.length === 0) break;
    }
    topic.readUpTo = changesSince(earlierBy(OVERLAP_MS, now));
  }

  async #databaseTime(): Promise<Date> {
    const { rows } = await this.#options.db.execute<{ milliseconds: number }>(
      sql`select floor(extract(epoch from now()) * 1000)::float8 as milliseconds`,
    );
    return new Date(rows[0].milliseconds);
  }
}

/** Not later than just now, and not further back than allowed. */
function startOf(wanted: Date, justNow: Date): Date {
  const earliest = justNow.getTime() - MAX_BACK_MS;
  return new Date(Math.min(justNow.getTime(), Math.max(earliest, wanted.getTime())));
}

function earlierBy(milliseconds: number, moment: Date): Date {
  return new Date(moment.getTime() - milliseconds);
}
