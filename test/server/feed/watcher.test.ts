import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { isEnded, JOB_STATUSES, type JobSnapshot } from '../../../schema/job.ts';
import { Watcher } from '../../../server/feed/watcher.ts';
import { snapshot as anySnapshot } from './snapshots.ts';

function snapshot(revision: number, status: JobSnapshot['status'] = 'processing'): JobSnapshot {
  return anySnapshot({ revision, status });
}

test('a slow reader gets the newest state only', async () => {
  const watcher = new Watcher('key_1', () => {});
  for (let revision = 1; revision <= 1000; revision++) watcher.offer(snapshot(revision));
  expect((await watcher.next()).value.revision).toBe(1000);
});

test('the last state is delivered, then the iterator ends and stays ended', async () => {
  const watcher = new Watcher('key_1', () => {});
  watcher.offer(snapshot(1));
  watcher.offer(snapshot(2, 'completed'));
  watcher.offer(snapshot(3));
  expect((await watcher.next()).value).toMatchObject({ revision: 2, status: 'completed' });
  expect(await watcher.next()).toEqual({ done: true, value: undefined });
  expect(await watcher.next()).toEqual({ done: true, value: undefined });
});

test('a read that waits is answered by the next state', async () => {
  const watcher = new Watcher('key_1', () => {});
  const waiting = watcher.next();
  watcher.offer(snapshot(1));
  expect((await waiting).value.revision).toBe(1);
});

test('returning ends a read that waits, and detaches once', async () => {
  const detach = vi.fn();
  const watcher = new Watcher('key_1', detach);
  const waiting = watcher.next();
  await watcher.return();
  await watcher.return();
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(detach).toHaveBeenCalledTimes(1);
});

test('a failure comes after the state that was not read yet, and once', async () => {
  const watcher = new Watcher('key_1', () => {});
  watcher.offer(snapshot(4));
  watcher.fail(new Error('going away'));
  expect((await watcher.next()).value.revision).toBe(4);
  await expect(watcher.next()).rejects.toThrow('going away');
  expect(await watcher.next()).toEqual({ done: true, value: undefined });
});

test('whatever the order of states and reads, revisions grow and the newest state is never missed', async () => {
  const step = fc.oneof(
    fc.constant('read' as const),
    fc.record({ revision: fc.integer({ min: 1, max: 20 }), status: fc.constantFrom(...JOB_STATUSES) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const watcher = new Watcher('key_1', () => {});
      let newest = 0;
      let ended = false;
      const seen: number[] = [];
      for (const step of steps) {
        if (step === 'read') {
          if (newest > (seen.at(-1) ?? 0)) seen.push((await watcher.next()).value.revision);
          continue;
        }
        watcher.offer(snapshot(step.revision, step.status));
        if (!ended && step.revision > newest) {
          newest = step.revision;
          ended = isEnded(step.status);
        }
      }
      if (newest > (seen.at(-1) ?? 0)) seen.push((await watcher.next()).value.revision);
      expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
      expect(seen.at(-1) ?? 0).toBe(newest);
      if (ended) expect((await watcher.next()).done).toBe(true);
    }),
  );
});
