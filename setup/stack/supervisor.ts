import type { Guarded } from '../services/guard.ts';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** One that ran this long was in order: its next fall is a first one again. */
const HEALTHY_MS = 60_000;

/** The pause before the start after the `falls`-th fall in a row: doubles from half a second to half a minute. */
export function waitBeforeRestart(falls: number): number {
  return Math.min(FIRST_WAIT_MS * 2 ** (falls - 1), LONGEST_WAIT_MS);
}

/**
 * Keeps a process running: whenever it ends without having been asked to, tells `onFall` how often in a row that
 * happened, pauses, and starts it anew. Disposing stops it for good.
 */
export function supervise(
  first: Guarded,
  restart: () => Promise<Guarded>,
  onFall: (falls: number) => void,
): AsyncDisposable {
  const stopping = new AbortController();
  let current = first;

  async function watch(): Promise<void> {
    for (let falls = 1; ; falls += 1) {
      const startedAt = Date.now();
      await current.exited;
      if (stopping.signal.aborted) return;
      if (Date.now() - startedAt > HEALTHY_MS) falls = 1;
      onFall(falls);
      await pause(waitBeforeRestart(falls), stopping.signal);
      if (stopping.signal.aborted) return;
      current = await restart();
    }
  }

  const watching = watch();
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await current[Symbol.asyncDispose]();
      await watching;
      // It was started while the one before was being stopped.
      await current[Symbol.asyncDispose]();
    },
  };
}

/** Waits, or less when the signal says so. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}
