import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMark } from './process.ts';

export interface TemporaryDirectory extends Disposable {
  readonly path: string;
}

/**
 * A directory in the system's temporary folder that goes when it is disposed, or, if this process is killed, when the
 * next one with the same prefix is made.
 */
export function temporaryDirectory(prefix: string): TemporaryDirectory {
  for (const name of readdirSync(tmpdir())) {
    if (name.startsWith(prefix) && isAbandoned(name.slice(prefix.length))) remove(join(tmpdir(), name));
  }
  const path = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
  // PostgreSQL, which root can only run as another account, must be able to pass through to its own folder.
  chmodSync(path, 0o711);
  return { path, [Symbol.dispose]: () => remove(path) };
}

function isAbandoned(name: string): boolean {
  const pid = Number.parseInt(name, 10);
  return pid > 0 && startMark(pid) === undefined;
}

function remove(path: string): void {
  rmSync(path, { recursive: true, force: true });
}
