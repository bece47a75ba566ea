import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inheritedEnvironment } from '../../../platform/env.ts';
import { freePort, isTaken } from '../../../setup/services/port.ts';
import { startMark } from '../../../setup/services/process.ts';
import { readPid } from '../../../setup/services/stale.ts';
import { temporaryDirectory } from '../../../setup/services/temporary.ts';
import { type Stack, startStack } from '../../../setup/stack/stack.ts';

async function viewer({ url, apiKey }: Pick<Stack, 'url' | 'apiKey'>): Promise<unknown> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'api-key': apiKey, connection: 'close' },
    body: JSON.stringify({ query: '{ viewer { credits } }' }),
  });
  return await response.json();
}

test('the whole service starts, keeps its account over a restart, and stops without a trace', async () => {
  using state = temporaryDirectory('talk-v2v-stack-test-');
  const port = await freePort();
  const notes: string[] = [];
  const { PATH = '' } = inheritedEnvironment();
  const start = () =>
    startStack({
      stateDir: state.path,
      logDir: join(state.path, 'logs'),
      environment: { PATH },
      durable: false,
      port,
      notify: (sentence) => notes.push(sentence),
    });
  const expected = { data: { viewer: { credits: 1_000_000 } } };

  const first = await start();
  expect(await viewer(first)).toEqual(expected);
  expect(statSync(join(state.path, 'api-key')).mode & 0o777).toBe(0o600);
  const services = ['postgres/postmaster.pid', 'nats/nats.pid'].map((file) => readPid(join(state.path, file)) ?? 0);
  expect(services.map(startMark)).not.toContain(undefined);
  await first[Symbol.asyncDispose]();
  expect(await isTaken(port)).toBe(false);
  expect(services.map(startMark)).toEqual([undefined, undefined]);

  await using second = await start();
  expect(second.apiKey).toBe(first.apiKey);
  expect(await viewer(second)).toEqual(expected);
  expect(notes).toEqual([]);
});
