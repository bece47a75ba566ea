import { isEnded, type JobSnapshot } from '../../schema/job.ts';
import { Reader } from './reader.ts';

/**
 * One reader of one job: a single slot that holds the newest snapshot not yet read. A slow reader finds the latest
 * state when it comes back; nothing ever queues. Revisions only grow; after the job's last state the iterator ends.
 */
export class Watcher extends Reader {
  #slot: JobSnapshot | undefined;
  #revision = 0;

  /** Shows the reader a snapshot, unless it has seen this one or a newer one. */
  offer(snapshot: JobSnapshot): void {
    if (this.ended || snapshot.revision <= this.#revision) return;
    this.#revision = snapshot.revision;
    this.#slot = snapshot;
    if (isEnded(snapshot.status)) this.end();
    this.deliver();
  }

  protected override take(): JobSnapshot | undefined {
    const snapshot = this.#slot;
    this.#slot = undefined;
    return snapshot;
  }

  protected override forget(): void {
    this.#slot = undefined;
  }
}
