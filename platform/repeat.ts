import type { Logger } from './log.ts';

export interface Repetition {
  readonly name: string;
  readonly intervalMs: number;
  readonly log: Logger;
}

/**
 * Runs `task` again and again with a pause between the end of one run and the start of the next, so that runs never
 * overlap. A failed run is logged and the next one comes all the same. Disposing waits for the run in progress.
 */
export function repeat(task: () => Promise<unknown>, { name, intervalMs, log }: Repetition): AsyncDisposable {
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  let stopped = false;

  async function run(): Promise<void> {
    try {
      await task();
    } catch (error) {
      if (!stopped) log.warn({ err: error, task: name }, 'a periodic task failed; it will run again');
    }
    if (!stopped) schedule();
  }

  function schedule(): void {
    timer = setTimeout(() => {
      running = run();
    }, intervalMs);
  }

  schedule();
  return {
    async [Symbol.asyncDispose]() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
