import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { isErrno, sendSignal } from './process.ts';

/**
 * Runs beside every service and stops it when our process is gone, even after `kill -9`: the guard reads from a pipe
 * whose other end only we hold, so the end of the pipe is the end of us. `read` is built in, so nothing is left behind.
 * Fd 3 carries the pipe because a shell gives background commands /dev/null as standard input.
 */
const GUARD = `
signal=$1; shift
exec 3<&0
"$@" </dev/null 3<&- & service=$!
(read -r _ <&3; kill -s "$signal" $service) 2>/dev/null & watch=$!
exec 3<&-
wait $service; status=$?
kill $watch 2>/dev/null
exit $status`;

/** Enough for PostgreSQL to write its checkpoint and for NATS to flush its streams. */
const STOP_DEADLINE_MS = 20_000;
const LOG_ROTATE_BYTES = 16 * 1024 * 1024;
const LOG_TAIL_CHARACTERS = 2_000;

export interface GuardedOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** What makes the service end in good order. */
  readonly stopSignal: NodeJS.Signals;
  readonly logPath: string;
  /** Default: the root directory, which every account can enter. */
  readonly cwd?: string;
  /** Default: ours. */
  readonly env?: Record<string, string>;
  /** Account to run as; only root can set it. */
  readonly account?: { readonly uid: number; readonly gid: number };
}

export interface Guarded extends AsyncDisposable {
  /** Settles when the service has ended, for whatever reason. */
  readonly exited: Promise<void>;
  hasExited(): boolean;
  /** The end of what it has logged since it was started, for an error message. */
  logTail(): string;
}

/** Starts a service in its own process group, so that Ctrl-C in a terminal reaches us and not the service. */
export async function spawnGuarded(options: GuardedOptions): Promise<Guarded> {
  const { log, size: logStart } = openLog(options.logPath);
  const signal = options.stopSignal.replace('SIG', '');
  const child = spawn('/bin/sh', ['-c', GUARD, 'guard', signal, options.command, ...options.args], {
    cwd: options.cwd ?? '/',
    ...(options.env && { env: options.env }),
    detached: true,
    stdio: ['pipe', log, log],
    ...options.account,
  });
  closeSync(log);
  const { pid, stdin: pipe } = child;
  if (pid === undefined || pipe === null) {
    const [error] = await once(child, 'error');
    throw error;
  }
  // The pipe breaks when the service ends first; its end is reported by `exited`.
  pipe.on('error', (error) => {
    if (!isErrno(error, 'EPIPE')) throw error;
  });
  const exited = once(child, 'exit').then(() => {
    pipe.destroy();
  });
  const hasExited = () => child.exitCode !== null || child.signalCode !== null;
  return {
    exited,
    hasExited,
    logTail: () => readFileSync(options.logPath).subarray(logStart).toString().slice(-LOG_TAIL_CHARACTERS).trim(),
    async [Symbol.asyncDispose]() {
      pipe.destroy();
      const hardStop = setTimeout(() => sendSignal(-pid, 'SIGKILL'), STOP_DEADLINE_MS);
      await exited;
      clearTimeout(hardStop);
    },
  };
}

/** Appends to the log; one that has grown large is put aside first. */
function openLog(path: string): { log: number; size: number } {
  mkdirSync(dirname(path), { recursive: true });
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LOG_ROTATE_BYTES) renameSync(path, `${path}.1`);
  return { log: openSync(path, 'a'), size: size > LOG_ROTATE_BYTES ? 0 : size };
}
