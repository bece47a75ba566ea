import { snapshotOf } from '../../platform/jobs/snapshot.ts';
import type { JobSnapshot } from '../../schema/job.ts';
import type { JobRow } from '../../schema/tables.ts';
import { CHANGES_PER_READ, earlier, type Position, positionAt } from './changed-jobs.ts';
import { Reader } from './reader.ts';
import { Revisions } from './revisions.ts';

/** A snapshot is one to three kilobytes, so a reader that never comes back holds a megabyte at most. */
export const MAX_PENDING_JOBS = 500;

export interface AccountWatcherOptions {
  readonly keyId: string;
  /** Called once, as soon as nothing more needs to be offered. */
  readonly detach: (watcher: AccountWatcher) => void;
  /** The rows that changed after a position, as `changedJobs` gives them. */
  readonly changesAfter: (position: Position) => Promise<JobRow[]>;
  /** Told when the rows can't be read; they are asked for again by `catchUp`. */
  readonly onReadError: (error: unknown) => void;
  readonly maxPendingJobs?: number;
}

/**
 * One reader of all jobs of an account. It keeps the newest snapshot per job, of so many jobs at most. What finds no
 * room is not kept but noted: from where on the rows in Postgres hold more than the reader was shown. When all that was
 * kept has been read, it goes on from there, page by page. So memory is bounded, and the newest state of every job,
 * its end above all, arrives however slow the reader is.
 */
export class AccountWatcher extends Reader {
  readonly #options: AccountWatcherOptions;
  readonly #maxPending: number;
  readonly #revisions = new Revisions();
  readonly #pending = new Map<string, JobSnapshot>();
  #missed: Position | undefined;
  #reading = false;

  constructor(options: AccountWatcherOptions) {
    super(options.keyId, () => options.detach(this));
    this.#options = options;
    this.#maxPending = options.maxPendingJobs ?? MAX_PENDING_JOBS;
  }

  /** Shows the reader a snapshot, unless it is no news. If there is no room, the rows after `orElse` show it later. */
  offer(snapshot: JobSnapshot, orElse: Position): void {
    if (this.ended) return;
    if (!this.#keep(snapshot)) this.#missed = earlier(this.#missed, orElse);
    this.deliver();
  }

  /** Has the rows after the position shown to the reader as well; `catchUp` begins with it. */
  include(position: Position): void {
    this.#missed = earlier(this.#missed, position);
  }

  /** Reads rows that were missed, if there is nothing else to read. Rejects when they can't be read now. */
  async catchUp(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    try {
      while (this.#missed !== undefined && this.#pending.size === 0 && !this.ended) await this.#readPage(this.#missed);
    } finally {
      this.#reading = false;
    }
  }

  protected override take(): JobSnapshot | undefined {
    const [snapshot] = this.#pending.values();
    if (snapshot === undefined) return undefined;
    this.#pending.delete(snapshot.id);
    if (this.#pending.size === 0) this.catchUp().catch(this.#options.onReadError);
    return snapshot;
  }

  protected override forget(): void {
    this.#pending.clear();
  }

  async #readPage(from: Position): Promise<void> {
    // Taken up before the wait: what finds no room meanwhile is noted anew.
    this.#missed = undefined;
    let reached = from;
    let more = true;
    try {
      const rows = await this.#options.changesAfter(from);
      more = rows.length === CHANGES_PER_READ;
      for (const row of rows) {
        if (!this.#keep(snapshotOf(row))) {
          more = true;
          break;
        }
        reached = positionAt(row, from);
      }
    } finally {
      if (more) this.#missed = earlier(this.#missed, reached);
    }
    this.deliver();
  }

  /** false when there is no room for it. */
  #keep(snapshot: JobSnapshot): boolean {
    if (!this.#revisions.isNews(snapshot)) return true;
    if (!this.#pending.has(snapshot.id) && this.#pending.size >= this.#maxPending) return false;
    this.#revisions.record(snapshot);
    this.#pending.set(snapshot.id, snapshot);
    return true;
  }
}
