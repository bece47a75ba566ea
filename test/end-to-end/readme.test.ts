import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildSchema, parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { inheritedEnvironment } from '../../platform/env.ts';
import { NEW_WORDS, presenterClip } from '../../presenter/clip.ts';
import { freePort } from '../../setup/services/port.ts';
import type { TemporaryDirectory } from '../../setup/services/temporary.ts';
import { waitFor } from '../support/wait-for.ts';
import { copyCheckout } from './checkout.ts';

// What the README tells a newcomer to type is typed here, in a copy of the checkout with a state of its own.

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);
const page = readFileSync(join(ROOT, 'README.md'), 'utf8');
const manifest = z.object({ scripts: z.record(z.string(), z.string()) });

function blocks(language: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms'))].map(([, body]) => body.trim());
}

let checkout: TemporaryDirectory;

beforeAll(() => {
  checkout = copyCheckout();
});
afterAll(() => checkout[Symbol.dispose]());

test('the README has no command that is not tried here', () => {
  expect(blocks('bash').map((command) => command.split(' ').slice(0, 3).join(' '))).toEqual([
    'npm run demo',
    'npm run demo',
    'npm start',
    'curl -s localhost:4000/ai/generation/talk-v2v/generate-async',
  ]);
});

test('every script of the package stands in the table of commands', () => {
  const { scripts } = manifest.parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));
  const named = [...page.matchAll(/^\| `npm (?:run )?([a-z]+)/gm)].map(([, name]) => name);
  expect(named.toSorted()).toEqual(Object.keys(scripts).toSorted());
});

test('what the README links to is there', () => {
  const targets = [...page.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target);
  const local = targets.filter((target) => !target.startsWith('https://'));
  expect(local.length).toBeGreaterThan(5);
  expect(local.filter((target) => !existsSync(join(ROOT, target)))).toEqual([]);
});

test('the GraphQL that it shows is valid', () => {
  const schema = buildSchema(readFileSync(join(ROOT, 'schema/schema.graphql'), 'utf8'));
  for (const document of blocks('graphql').flatMap((block) => block.split('\n\n'))) {
    expect(validate(schema, parse(document))).toEqual([]);
  }
});

describe('typed by a newcomer', { timeout: 180_000 }, () => {
  test('npm run demo ends with an MP4 and says where it is', async () => {
    const { stdout } = await run('npm', ['run', 'demo'], { cwd: checkout.path });
    const [, path = ''] = /^(out\/\S+\.mp4)\s+960×720/m.exec(stdout) ?? [];
    expect(existsSync(join(checkout.path, path))).toBe(true);
  });

  test('npm run demo takes files and request fields', async () => {
    cpSync(await presenterClip(checkout.path, { width: 320, height: 240 }), join(checkout.path, 'face.mp4'));
    await run('ffmpeg', ['-v', 'error', '-i', NEW_WORDS.audioPath, '-t', '1', join(checkout.path, 'voice.wav')]);
    const [, command] = blocks('bash');
    const { stdout } = await run('sh', ['-c', command], { cwd: checkout.path });
    expect(stdout).toMatch(/^out\/face\.talk-v2v\.mp4\s+640×480, 1\.00 s/m);
  });

  test('npm start serves, prints the key, answers the REST example, and stops on Ctrl-C', async () => {
    const port = await freePort();
    const server = spawn('npm', ['start'], {
      cwd: checkout.path,
      env: { ...inheritedEnvironment(), PORT: String(port) },
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    const exited = once(server, 'exit');
    try {
      const lines: string[] = [];
      for await (const line of createInterface(server.stdout)) {
        lines.push(line);
        if (line.includes('Serving until Ctrl-C')) break;
      }
      const key = readFileSync(join(checkout.path, '.data/api-key'), 'utf8').trim();
      expect(lines.join('\n')).toContain(`http://127.0.0.1:${port}/graphql`);
      expect(lines.join('\n')).toContain(key);
      const [, , , curl] = blocks('bash');
      const { stdout } = await run('sh', ['-c', curl.replace('localhost:4000', `localhost:${port}`)], {
        cwd: checkout.path,
      });
      expect(JSON.parse(stdout)).toMatchObject({ success: true, data: { status: 'queued', credit_cost: 600 } });
    } finally {
      // To the whole group, as a terminal does.
      if (server.pid !== undefined) process.kill(-server.pid, 'SIGINT');
    }
    await exited;
    const answers = () =>
      fetch(`http://127.0.0.1:${port}/healthz`).then(
        () => true,
        () => false,
      );
    await waitFor('the server to stop', async () => !(await answers()));
  });
});
