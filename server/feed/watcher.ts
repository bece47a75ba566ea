import { isEnded, type JobSnapshot } from '../../schema/job.ts';

interface Waiting {
  readonly promise: Promise<IteratorResult<JobSnapshot>>;
  readonly resolve: (result: IteratorResult<JobSnapshot>) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One reader of one job: a single slot that holds the newest snapshot not yet read. A slow reader finds the latest
 * state when it comes back; nothing ever queues. Revisions only grow; after the job's last state the iterator ends.
 *
 * Not an async generator: the `return()` of one waits for a pending `next()`, which for a silent job means for ever.
 */
export class Watcher implements AsyncIterableIterator<JobSnapshot> {
  readonly #detach: (watcher: Watcher) => void;
  #slot: JobSnapshot | undefined;
  #revision = 0;
  #waiting: Waiting | undefined;
  #failure: Error | undefined;
  #ended = false;

  /** `detach` is called once, as soon as nothing more needs to be offered. */
  constructor(detach: (watcher: Watcher) => void) {
    this.#detach = detach;
  }

  /** Shows the reader a snapshot, unless it has seen this one or a newer one. */
  offer(snapshot: JobSnapshot): void {
    if (this.#ended || snapshot.revision <= this.#revision) return;
    this.#revision = snapshot.revision;
    this.#slot = snapshot;
    if (isEnded(snapshot.status)) this.#end();
    this.#deliver();
  }

  /** Ends the reader with an error, after the snapshot that may still be in the slot. */
  fail(error: Error): void {
    if (this.#ended) return;
    this.#failure = error;
    this.#end();
    this.#deliver();
  }

  /** Two reads at once share one answer; every transport reads one at a time. */
  next(): Promise<IteratorResult<JobSnapshot>> {
    this.#waiting ??= newWaiting();
    const { promise } = this.#waiting;
    this.#deliver();
    return promise;
  }

  return(): Promise<IteratorResult<JobSnapshot>> {
    this.#slot = undefined;
    this.#failure = undefined;
    this.#end();
    this.#deliver();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #deliver(): void {
    const waiting = this.#waiting;
    if (waiting === undefined || (this.#slot === undefined && !this.#ended)) return;
    this.#waiting = undefined;
    if (this.#slot !== undefined) {
      waiting.resolve({ done: false, value: this.#slot });
      this.#slot = undefined;
    } else if (this.#failure !== undefined) {
      waiting.reject(this.#failure);
      this.#failure = undefined;
    } else {
      waiting.resolve({ done: true, value: undefined });
    }
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#detach(this);
  }
}

/** What `Promise.withResolvers` gives in Node 22. */
function newWaiting(): Waiting {
  let resolve: Waiting['resolve'] = () => {};
  let reject: Waiting['reject'] = () => {};
  const promise = new Promise<IteratorResult<JobSnapshot>>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}
