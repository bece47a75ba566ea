import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spawnGuarded } from '../../../setup/services/guard.ts';
import { temporaryDirectory } from '../../../setup/services/temporary.ts';
import { supervise, waitBeforeRestart } from '../../../setup/stack/supervisor.ts';
import { waitFor } from '../../support/wait-for.ts';

test('a process that ends is started again, and not any more once its supervisor is disposed', async () => {
  using directory = temporaryDirectory('talk-v2v-supervisor-test-');
  const logPath = join(directory.path, 'log');
  // The first one falls at once; the second one stays.
  const script = 'echo started; test "$(grep -c started "$0")" -gt 1 && exec sleep 1000; exit 7';
  const start = () =>
    spawnGuarded({ command: '/bin/sh', args: ['-c', script, logPath], stopSignal: 'SIGTERM', logPath });
  const falls: number[] = [];
  const supervised = supervise(await start(), start, (inARow) => falls.push(inARow));
  const starts = () => readFileSync(logPath, 'utf8').split('started').length - 1;
  await waitFor('the second start', () => starts() === 2);
  expect(falls).toEqual([1]);

  await supervised[Symbol.asyncDispose]();
  expect(starts()).toBe(2);
  expect(falls).toEqual([1]);
});

test('the pause before a restart grows with every fall in a row, from half a second to half a minute', () => {
  expect(waitBeforeRestart(1)).toBe(500);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), (falls) => {
      const wait = waitBeforeRestart(falls);
      expect(wait).toBeLessThanOrEqual(30_000);
      expect(waitBeforeRestart(falls + 1)).toBeGreaterThanOrEqual(wait);
    }),
  );
});
