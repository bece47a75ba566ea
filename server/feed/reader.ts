import type { JobSnapshot } from '../../schema/job.ts';

interface Waiting {
  readonly promise: Promise<IteratorResult<JobSnapshot>>;
  readonly resolve: (result: IteratorResult<JobSnapshot>) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One reader of snapshots at its own pace; what it keeps for a slow one is for its kinds to say. After `end` or `fail`
 * it gives what it still keeps, and ends.
 *
 * Not an async generator: the `return()` of one waits for a pending `next()`, which for a silent job means for ever.
 */
export abstract class Reader implements AsyncIterableIterator<JobSnapshot> {
  /** The key that the reader came with: it reads for as long as that is good. */
  readonly keyId: string;
  readonly #detach: () => void;
  #waiting: Waiting | undefined;
  #failure: Error | undefined;
  #ended = false;

  /** `detach` is called once, as soon as nothing more needs to be offered. */
  constructor(keyId: string, detach: (reader: Reader) => void) {
    this.keyId = keyId;
    this.#detach = () => detach(this);
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Ends the reader with an error, after what it still keeps. */
  fail(error: Error): void {
    if (this.#ended) return;
    this.#failure = error;
    this.end();
    this.deliver();
  }

  /** Two reads at once share one answer; every transport reads one at a time. */
  next(): Promise<IteratorResult<JobSnapshot>> {
    this.#waiting ??= newWaiting();
    const { promise } = this.#waiting;
    this.deliver();
    return promise;
  }

  return(): Promise<IteratorResult<JobSnapshot>> {
    this.forget();
    this.#failure = undefined;
    this.end();
    this.deliver();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The next snapshot to read, taken out. */
  protected abstract take(): JobSnapshot | undefined;
  /** Drops all that is kept. */
  protected abstract forget(): void;

  /** Answers a read that waits, if there is something to answer. */
  protected deliver(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    const snapshot = this.take();
    if (snapshot === undefined && !this.#ended) return;
    this.#waiting = undefined;
    if (snapshot !== undefined) waiting.resolve({ done: false, value: snapshot });
    else if (this.#failure !== undefined) {
      waiting.reject(this.#failure);
      this.#failure = undefined;
    } else waiting.resolve({ done: true, value: undefined });
  }

  protected end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#detach();
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
