import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { platform } from 'node:os';

const STATE = 3 - 3;
const START_TIME = 22 - 3;

/**
 * Something that differs between two processes that had the same id one after the other: when it was started.
 * `undefined` when no such process runs.
 */
export function startMark(pid: number): string | undefined {
  if (platform() !== 'linux') return ps(pid, 'lstart');
  // Fields 3 and later of /proc/PID/stat; the second is the program's name in parentheses and may hold spaces.
  const fields = readProc(pid, 'stat')?.split(') ').at(-1)?.split(' ');
  // A zombie has ended; only its parent has not asked how.
  return fields?.[STATE] === 'Z' ? undefined : fields?.[START_TIME];
}

/** The command line of a running process; `undefined` when no such process runs. */
export function commandLine(pid: number): string | undefined {
  if (platform() === 'linux') return readProc(pid, 'cmdline')?.replaceAll('\0', ' ').trim();
  return ps(pid, 'command');
}

function readProc(pid: number, file: 'stat' | 'cmdline'): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ESRCH')) return undefined;
    throw error;
  }
}

/** macOS has no /proc, but always has ps; slim containers are the other way round. */
function ps(pid: number, column: 'lstart' | 'command'): string | undefined {
  try {
    return execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch (error) {
    // ps exits with 1 when it has nothing to list.
    if (error instanceof Error && 'status' in error && error.status === 1) return undefined;
    throw error;
  }
}

/** Sends the signal; true when there was such a process (or group, for a negative id). */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (isErrno(error, 'ESRCH')) return false;
    throw error;
  }
}

export function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
