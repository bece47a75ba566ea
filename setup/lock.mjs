import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ROOT } from './run.mjs';

const POLL_MS = 250;

/**
 * Only one process sets a checkout up at a time; the others wait until it is done and then find everything there.
 * @template T
 * @param {() => Promise<T>} work
 */
export async function withLock(work) {
  const path = join(ROOT, '.data', 'setup.lock');
  mkdirSync(join(ROOT, '.data'), { recursive: true });
  let told = false;
  while (!tryLock(path)) {
    if (!told) console.error('Another command is setting this checkout up; waiting for it.');
    told = true;
    await delay(POLL_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function tryLock(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  // Left by a process that was killed: the next round may create it anew.
  if (!holderLives(path)) rmSync(path, { force: true });
  return false;
}

function holderLives(path) {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    process.kill(pid, 0);
    // Ids are given anew, in containers soon: the one that holds the lock must be a program like this one.
    return process.platform !== 'linux' || pid === 0 || readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('launch');
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else. ENOENT: it, or the lock, went away in this moment.
    if (error.code === 'EPERM') return true;
    if (error.code === 'ESRCH' || error.code === 'ENOENT') return false;
    throw error;
  }
}
