import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../../platform/database.ts';
import { within } from '../../platform/deadline.ts';
import { snapshotOf } from '../../platform/jobs/snapshot.ts';
import type { Logger } from '../../platform/log.ts';
import type { NatsHandle } from '../../platform/nats.ts';
import { repeat } from '../../platform/repeat.ts';
import { jobId } from '../../schema/ids.ts';
import type { JobSnapshot } from '../../schema/job.ts';
import { type JobRow, jobs } from '../../schema/tables.ts';
import { NotFound, Refusal } from '../refusal.ts';
import { Topic } from './topic.ts';

/** How long a lost event can delay what a watcher sees. */
const REREAD_MS = 3_000;
/** How long a new watcher waits for NATS to confirm the interest; without NATS the re-read serves it. */
const ATTACH_MS = 500;

export interface FeedOptions {
  readonly db: Database;
  readonly nats: NatsHandle;
  readonly log: Logger;
  readonly rereadMs?: number;
}

/**
 * Pushes snapshots of jobs to their watchers. Events come over NATS and may be lost, repeated or out of order; every
 * few seconds the rows of all watched jobs are read again, so the truth always arrives. Interest in a job lasts from
 * its first local watcher to its last.
 */
export class JobFeed implements AsyncDisposable {
  readonly #options: FeedOptions;
  readonly #topics = new Map<string, Topic>();
  readonly #rereading: AsyncDisposable;
  #disposed = false;

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#rereading = repeat(() => this.#reread(), {
      name: 'feed re-read',
      intervalMs: options.rereadMs ?? REREAD_MS,
      log: options.log,
    });
    this.#rereadAfterReconnect();
  }

  /** How many jobs are watched on this server. */
  get watchedJobs(): number {
    return this.#topics.size;
  }

  /**
   * The job's states from now on, newest first seen, to the last one; then the iterator ends. `return()` gives
   * everything back. Throws `NotFound` for an unknown job and for one of another account.
   */
  async watch(accountId: string, id: string): Promise<AsyncIterableIterator<JobSnapshot>> {
    // The id becomes part of a NATS subject: a wildcard must not.
    if (!jobId.safeParse(id).success) throw new NotFound('job');
    if (this.#disposed) throw shuttingDown();
    const topic = this.#topicOf(accountId, id);
    const watcher = topic.attach();
    try {
      // The subscription must stand before the row is read: a change between the two would be seen by neither.
      await within(ATTACH_MS, this.#options.nats.connection.flush());
      const row = await this.#read(accountId, id);
      if (row === undefined) throw new NotFound('job');
      topic.offer(snapshotOf(row));
      return watcher;
    } catch (error) {
      await watcher.return();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    await this.#rereading[Symbol.asyncDispose]();
    for (const topic of [...this.#topics.values()]) topic.fail(shuttingDown());
  }

  #topicOf(accountId: string, id: string): Topic {
    const { nats, log } = this.#options;
    const subject = nats.subjects.event(accountId, id);
    const known = this.#topics.get(subject);
    if (known !== undefined) return known;
    const onEmpty = () => this.#topics.delete(subject);
    const topic = new Topic(id, { connection: nats.connection, subject, log, onEmpty });
    this.#topics.set(subject, topic);
    return topic;
  }

  async #read(accountId: string, id: string): Promise<JobRow | undefined> {
    const owned = and(eq(jobs.id, id), eq(jobs.accountId, accountId));
    const [row] = await this.#options.db.select().from(jobs).where(owned);
    return row;
  }

  /** One query for everything that is watched here; only rows that have changed come back. */
  async #reread(): Promise<void> {
    if (this.#topics.size === 0) return;
    const { db, nats } = this.#options;
    const seen = [...this.#topics.values()].map(({ jobId, revision }) => ({ id: jobId, revision }));
    const changed = await db
      .select({ job: jobs })
      .from(jobs)
      .innerJoin(
        sql`jsonb_to_recordset(${JSON.stringify(seen)}::jsonb) as seen(id text, revision integer)`,
        sql`seen.id = ${jobs.id} and seen.revision < ${jobs.revision}`,
      );
    for (const { job } of changed) this.#topics.get(nats.subjects.event(job.accountId, job.id))?.offer(snapshotOf(job));
  }

  /** What was published while the connection was down is lost. */
  async #rereadAfterReconnect(): Promise<void> {
    const { nats, log } = this.#options;
    for await (const status of nats.connection.status()) {
      if (this.#disposed) return;
      if (status.type !== 'reconnect') continue;
      await this.#reread().catch((error) =>
        log.warn({ err: error }, 'watched jobs could not be read after a reconnect'),
      );
    }
  }
}

function shuttingDown(): Refusal {
  return new Refusal('UNAVAILABLE', 'This server is shutting down. Subscribe again to reach another one.');
}
