/**
 * What a process has opened, in order; disposal closes it in reverse. The part of `AsyncDisposableStack` that we need,
 * which Node 20 doesn't have yet.
 */
export class OpenedParts implements AsyncDisposable {
  #closers: (() => PromiseLike<void> | void)[] = [];

  /** Takes charge of a part and gives it back. */
  use<Part extends AsyncDisposable>(part: Part): Part {
    this.#closers.push(() => part[Symbol.asyncDispose]());
    return part;
  }

  /** Something to be done on the way down. */
  defer(close: () => PromiseLike<void> | void): void {
    this.#closers.push(close);
  }

  /** Hands everything over: what was opened survives the scope that opened it. */
  move(): OpenedParts {
    const moved = new OpenedParts();
    moved.#closers = this.#closers;
    this.#closers = [];
    return moved;
  }

  /** Closes all parts even if some fail to close; then throws the failures together. */
  async [Symbol.asyncDispose](): Promise<void> {
    const failures: unknown[] = [];
    for (let close = this.#closers.pop(); close !== undefined; close = this.#closers.pop()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'some parts could not be closed');
  }
}
