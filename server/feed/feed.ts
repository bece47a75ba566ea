import { sql } from 'drizzle-orm';
import { within } from '../../platform/deadline.ts';
import { snapshotOf } from '../../platform/jobs/snapshot.ts';
import { jobId } from '../../schema/ids.ts';
import type { JobSnapshot } from '../../schema/job.ts';
import { jobs } from '../../schema/tables.ts';
import type { AccountContext } from '../context.ts';
import { NotFound } from '../refusal.ts';
import { findJob } from '../use-cases/find-job.ts';
import { ATTACH_MS, endRevoked, type FeedOptions, keepReading, shuttingDown } from './rereading.ts';
import { Topic } from './topic.ts';

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
    this.#rereading = keepReading(() => this.#reread(), 'feed re-read', options);
  }

  /** How many jobs are watched on this server. */
  get watchedJobs(): number {
    return this.#topics.size;
  }

  /**
   * The job's states from now on, newest first seen, to the last one; then the iterator ends. `return()` gives
   * everything back. Throws `NotFound` for an unknown job and for one of another account.
   */
  async watch(
    { account, keyId }: Pick<AccountContext, 'account' | 'keyId'>,
    id: string,
  ): Promise<AsyncIterableIterator<JobSnapshot>> {
    const { db, nats } = this.#options;
    // The id becomes part of a NATS subject: a wildcard must not.
    if (!jobId.safeParse(id).success) throw new NotFound('job');
    if (this.#disposed) throw shuttingDown();
    const topic = this.#topicOf(account.id, id);
    const watcher = topic.attach(keyId);
    try {
      // The subscription must stand before the row is read: a change between the two would be seen by neither.
      await within(ATTACH_MS, nats.connection.flush());
      topic.offer(snapshotOf(await findJob({ db, account }, id)));
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

  /** One query for everything that is watched here; only rows that have changed come back. */
  async #reread(): Promise<void> {
    if (this.#topics.size === 0) return;
    const { db, nats } = this.#options;
    await endRevoked(db, this.#watchers());
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
}
