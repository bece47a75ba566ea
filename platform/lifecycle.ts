type Undo = () => unknown;

/**
 * Everything a role opened, closed in reverse order: what was built on something goes before it. One part that fails
 * to close doesn't keep the others open. (Node 20 has no AsyncDisposableStack yet.)
 */
export class Lifecycle implements AsyncDisposable {
  readonly #undo: Undo[] = [];
  #closing: Promise<void> | undefined;

  /** Keeps the resource open until the end; gives it back. */
  use<Resource extends AsyncDisposable>(resource: Resource): Resource {
    this.defer(() => resource[Symbol.asyncDispose]());
    return resource;
  }

  defer(undo: Undo): void {
    this.#undo.push(undo);
  }

  /** Runs `start`; if it throws, closes what was opened so far before the error goes on. */
  static async open<Value>(start: (lifecycle: Lifecycle) => Promise<Value>): Promise<Value> {
    const lifecycle = new Lifecycle();
    try {
      return await start(lifecycle);
    } catch (error) {
      await lifecycle[Symbol.asyncDispose]();
      throw error;
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const failures: unknown[] = [];
    for (const undo of this.#undo.reverse()) {
      try {
        await undo();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'some parts could not be closed');
  }
}
