import { afterAll } from 'vitest';
import { waitFor } from './wait-for.ts';

/**
 * Fails a test file that leaves something open: a server that nobody closed, a pool, an interval, a child process.
 * Loaded before the file's own hooks, so it runs after them; each file has a process of its own.
 */
const LEAKS = ['Timeout', 'TCPSocketWrap', 'TCPServerWrap', 'PipeWrap', 'ProcessWrap', 'TTYWrap', 'UDPWrap', 'FSEvent'];
/** What is closing needs a moment. */
const DEADLINE_MS = 3_000;

const before = count();

afterAll(async () => {
  const leaks = () => {
    const now = count();
    return LEAKS.flatMap((kind) => {
      const more = (now.get(kind) ?? 0) - (before.get(kind) ?? 0);
      return more > 0 ? [`${more} × ${kind}`] : [];
    });
  };
  const isClean = () => leaks().length === 0;
  await waitFor('everything to be closed', isClean, DEADLINE_MS).catch((cause) => {
    throw new Error(`This file left open: ${leaks().join(', ')}`, { cause });
  });
});

function count(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}
