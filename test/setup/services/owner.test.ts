import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { claim, InUse } from '../../../setup/services/owner.ts';
import { startMark } from '../../../setup/services/process.ts';
import { stopStale } from '../../../setup/services/stale.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../../../setup/services/temporary.ts';

let directory: TemporaryDirectory;

beforeEach(() => {
  directory = temporaryDirectory('talk-v2v-owner-test-');
});

afterEach(() => {
  directory[Symbol.dispose]();
});

async function sleeper(argument: string): Promise<{ pid: number; ended: Promise<unknown> }> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', '--', argument], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  await once(child, 'spawn');
  return { pid: child.pid ?? 0, ended };
}

describe('claim', () => {
  test('gives the state back when it is disposed', () => {
    const path = join(directory.path, 'owner');
    claim(path)[Symbol.dispose]();
    expect(existsSync(path)).toBe(false);
  });

  test('is refused while the owner lives', () => {
    const path = join(directory.path, 'owner');
    using _owned = claim(path);
    expect(() => claim(path)).toThrow(InUse);
  });

  test('takes over from a process that died, also when another one has its id now', async () => {
    const path = join(directory.path, 'owner');
    const other = await sleeper('other');
    writeFileSync(path, JSON.stringify({ pid: other.pid, mark: 'the start of an earlier process' }));
    using _owned = claim(path);
    expect(JSON.parse(readFileSync(path, 'utf8')).pid).toBe(process.pid);
    process.kill(other.pid);
    await other.ended;
  });

  test('takes over from a note that was cut off', () => {
    const path = join(directory.path, 'owner');
    writeFileSync(path, '{"pid":');
    using _owned = claim(path);
    expect(JSON.parse(readFileSync(path, 'utf8')).pid).toBe(process.pid);
  });
});

describe('stopStale', () => {
  test('ends the service that noted its id, and not another program with the same id', async () => {
    const service = await sleeper(`--store=${directory.path}`);
    const pidFile = join(directory.path, 'pid');
    writeFileSync(pidFile, `${service.pid}\n`);

    await stopStale({ pidFile, argument: '--store=/somewhere/else', stopSignal: 'SIGTERM' });
    expect(startMark(service.pid)).toBeDefined();

    await stopStale({ pidFile, argument: directory.path, stopSignal: 'SIGTERM' });
    await service.ended;
    expect(startMark(service.pid)).toBeUndefined();
  });

  test('does nothing where no service noted anything', async () => {
    await stopStale({ pidFile: join(directory.path, 'nothing'), argument: 'x', stopSignal: 'SIGTERM' });
  });
});
