import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 20;
const DEADLINE_MS = 20_000;

/**
 * Asks `probe` again and again until it gives something other than `undefined`, `null` or `false`, and returns that.
 * Throws with `what` when the deadline passes first; what `probe` throws goes through at once.
 */
export async function waitFor<T>(
  what: string,
  probe: () => T | Promise<T>,
  deadlineMs = DEADLINE_MS,
): Promise<Exclude<T, undefined | null | false>> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const value = await probe();
    if (isThere(value)) return value;
    if (Date.now() > deadline) throw new Error(`Waited ${deadlineMs / 1000} s in vain for ${what}.`);
    await delay(POLL_MS);
  }
}

function isThere<T>(value: T): value is Exclude<T, undefined | null | false> {
  return value !== undefined && value !== null && value !== false;
}
