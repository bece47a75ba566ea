import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { isErrno, startMark } from './process.ts';

/** Somebody who is alive uses this state already. */
export class InUse extends Error {
  override readonly name = 'InUse';
  readonly ownerPid: number;

  constructor(path: string, ownerPid: number) {
    super(`${path} is held by process ${ownerPid}, which is running.`);
    this.ownerPid = ownerPid;
  }
}

const record = z.object({ pid: z.int(), mark: z.string() });

/**
 * Notes in the file at `path` that this process owns what lies beside it. A note of a process that has died, however
 * it died, is taken over. Throws `InUse` when its process is alive.
 */
export function claim(path: string): Disposable {
  mkdirSync(dirname(path), { recursive: true });
  const mine = JSON.stringify({ pid: process.pid, mark: startMark(process.pid) });
  // Two newcomers may both find a dead owner; only the one that creates the file wins, the other looks again.
  while (!tryCreate(path, mine)) {
    const owner = readOwner(path);
    if (owner !== undefined && startMark(owner.pid) === owner.mark) throw new InUse(path, owner.pid);
    rmSync(path, { force: true });
  }
  return {
    [Symbol.dispose]() {
      rmSync(path, { force: true });
    },
  };
}

function tryCreate(path: string, content: string): boolean {
  try {
    writeFileSync(path, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  }
}

function readOwner(path: string): z.infer<typeof record> | undefined {
  try {
    return record.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data;
  } catch (error) {
    // Gone in the meantime, or cut off in the middle of writing: nobody who lives holds it.
    if (isErrno(error, 'ENOENT') || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
