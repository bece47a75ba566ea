import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chownSync, cpSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Where root keeps what an unprivileged account must reach. */
const ROOT_HOME = '/var/lib/talk-v2v';
const OTHERS_MAY_ENTER = 0o001;

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root: then it runs as `nobody`, which every system has. Otherwise as whoever we are. */
export function postgresAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: '-u' | '-g') => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/**
 * A directory for the data that the account owns and can reach: `directory` itself, or, when a parent is closed to
 * others (as /root is), one under /var/lib that belongs to `directory` alone.
 */
export function dataDirectory(directory: string, account: Account | undefined): string {
  if (account === undefined) return directory;
  if (isReachable(directory)) return directory;
  const key = createHash('sha256').update(directory).digest('hex').slice(0, 12);
  return join(ROOT_HOME, key, basename(directory));
}

/** A directory with the same programs that the account can reach: `directory` itself, or a copy under /var/lib. */
export function programDirectory(directory: string, version: string, account: Account | undefined): string {
  if (account === undefined || isReachable(directory)) return directory;
  const copy = join(ROOT_HOME, `postgresql-${version}`);
  if (existsSync(copy)) return copy;
  const unfinished = `${copy}.${process.pid}`;
  cpSync(directory, unfinished, { recursive: true, verbatimSymlinks: true });
  // Somebody else may have finished the same copy in the meantime; then the rename fails on a full directory.
  if (existsSync(copy)) rmSync(unfinished, { recursive: true });
  else renameSync(unfinished, copy);
  return copy;
}

/** Makes an empty directory that belongs to the account and that only it can read. */
export function createPrivateDirectory(directory: string, account: Account | undefined): void {
  mkdirSync(dirname(directory), { recursive: true });
  mkdirSync(directory, { mode: 0o700 });
  if (account) chownSync(directory, account.uid, account.gid);
}

function isReachable(directory: string): boolean {
  for (let at = dirname(directory); ; at = dirname(at)) {
    const mode = statSync(at, { throwIfNoEntry: false })?.mode;
    if (mode !== undefined && (mode & OTHERS_MAY_ENTER) === 0) return false;
    if (at === dirname(at)) return true;
  }
}
