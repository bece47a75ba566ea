import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { freshEnvironment } from './services.ts';

const MAIN = fileURLToPath(new URL('../../server/main.ts', import.meta.url));

function start(environment: Record<string, unknown>) {
  const entries = Object.entries(environment).filter(([, value]) => value !== undefined);
  return spawn(process.execPath, ['--import', 'tsx', MAIN], {
    env: { ...Object.fromEntries(entries.map(([name, value]) => [name, String(value)])) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

test('the process says where it listens, answers there, and ends in order when it is told to', async () => {
  await using fresh = await freshEnvironment();
  const server = start(fresh.environment);
  const exited = once(server, 'exit');
  let port: number | undefined;
  for await (const line of createInterface(server.stdout)) {
    const entry = JSON.parse(line);
    if (entry.msg !== 'listening') continue;
    port = entry.port;
    break;
  }
  expect((await fetch(`http://localhost:${port}/readyz`)).status).toBe(200);
  server.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});

test('an environment that is not usable is named in full, and nothing starts', async () => {
  const server = start({ PORT: 'eighty', DATABASE_URL: 'mysql://x' });
  let complaint = '';
  server.stderr.on('data', (text) => {
    complaint += text;
  });
  const [code] = await once(server, 'close');
  expect(code).toBe(2);
  for (const name of ['PORT', 'DATABASE_URL', 'NATS_URL', 'URL_SIGNING_SECRET']) expect(complaint).toContain(name);
});
