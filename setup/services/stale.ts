import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { commandLine, isErrno, sendSignal } from './process.ts';

const POLL_MS = 50;
const STOP_DEADLINE_MS = 20_000;

export interface StaleService {
  /** The service's own note of its process id, on the first line. */
  readonly pidFile: string;
  /** Stands in the service's command line: another program may have been given the same id since. */
  readonly argument: string;
  readonly stopSignal: NodeJS.Signals;
}

/** Ends a service that outlived its owner and its guard (both killed hard). Does nothing if there is none. */
export async function stopStale(service: StaleService): Promise<void> {
  const pid = readPid(service.pidFile);
  if (pid === undefined) return;
  const isOurs = () => commandLine(pid)?.includes(service.argument) ?? false;
  if (!isOurs()) return;
  sendSignal(pid, service.stopSignal);
  const deadline = Date.now() + STOP_DEADLINE_MS;
  while (isOurs()) {
    if (Date.now() > deadline) sendSignal(pid, 'SIGKILL');
    await delay(POLL_MS);
  }
}

/** The process id that a service noted, or `undefined` when it noted none. */
export function readPid(pidFile: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
    return pid > 0 ? pid : undefined;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}
