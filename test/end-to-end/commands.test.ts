import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findAccountByKey } from '../../platform/accounts.ts';
import { openDatabase } from '../../platform/database.ts';
import { inheritedEnvironment } from '../../platform/env.ts';
import { createLogger } from '../../platform/log.ts';
import { NEW_WORDS, presenterClip } from '../../presenter/clip.ts';
import type { TemporaryDirectory } from '../../setup/services/temporary.ts';
import { freshDatabase } from '../support/database.ts';
import { copyCheckout } from './checkout.ts';

// The commands that README lists and does not show in use, run as npm runs them. (`npm run check` is CI's own first step.)

const run = promisify(execFile);
let checkout: TemporaryDirectory;

beforeAll(() => {
  checkout = copyCheckout();
});
afterAll(() => checkout[Symbol.dispose]());

async function npm(args: string[], environment: Record<string, string> = {}): Promise<string> {
  const env = { ...inheritedEnvironment(), ...environment };
  const { stdout } = await run('npm', ['run', '--silent', ...args], { cwd: checkout.path, env });
  return stdout;
}

describe('the commands', { timeout: 120_000 }, () => {
  test('npm run build leaves JavaScript that starts, with the models beside it', async () => {
    await npm(['build']);
    const dist = join(checkout.path, 'dist');
    expect(existsSync(join(dist, 'server/main.js'))).toBe(true);
    expect(readdirSync(join(dist, 'worker/speech/model'))).toContain('mouth.onnx');
    const started = run(process.execPath, [join(dist, 'worker/main.js')], { env: { PATH: '/usr/bin:/bin' } });
    await expect(started).rejects.toThrow(/DATABASE_URL/);
  });

  test('npm run migrate and npm run account prepare a database and give a key that works', async () => {
    await using database = await freshDatabase();
    const environment = { DATABASE_URL: database.url };
    expect(await npm(['migrate'], environment)).toContain('up to date');
    const printed = await npm(['account', '--', '--name', 'Example', '--credits', '50'], environment);
    const [, key = ''] = /key\s+(tk_\w+)/.exec(printed) ?? [];
    await using opened = openDatabase(database.url, { poolSize: 1, log: createLogger('test', 'fatal') });
    expect(await findAccountByKey(opened.db, key)).toMatchObject({ account: { name: 'Example', credits: 50 } });
  });

  test('npm run eval measures a result', async () => {
    const video = await presenterClip(checkout.path, { width: 320, height: 240 });
    const args = ['--video', video, '--audio', NEW_WORDS.audioPath, '--max-frames', '40', '--resolution', '480p'];
    const report = JSON.parse(await npm(['eval', '--', ...args]));
    expect(report).toMatchObject({ model: 'retalk', frames: 40, framesWithFace: 40 });
    expect(report.fidelity).toBeGreaterThan(0.5);
  });

  test('npm run bench -- pipeline measures a job beside plain ffmpeg', async () => {
    const printed = await npm(['bench', '--', 'pipeline', '--seconds', '1', '--resolution', '480p', '--runs', '1']);
    const report = JSON.parse(printed.slice(printed.indexOf('{')));
    expect(report).toMatchObject({ resolution: '480p', resultSeconds: 1 });
    expect(report.wallSeconds.plainFfmpeg).toBeGreaterThan(0);
  });

  test('npm run contract changes nothing in a checkout whose contract is committed', async () => {
    expect(await npm(['contract', '--', '--check'])).toBe('');
  });
});
