import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type TemporaryDirectory, temporaryDirectory } from '../../setup/services/temporary.ts';

// The launcher is plain JavaScript that runs before anything is installed, so it is tried as what it is: a program.

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let checkout: TemporaryDirectory;

/** A folder with the launcher, and with tests of its own to run. */
beforeEach(() => {
  checkout = temporaryDirectory('talk-v2v-launch-test-');
  cpSync(join(ROOT, 'setup'), join(checkout.path, 'setup'), { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) copyFileSync(join(ROOT, name), join(checkout.path, name));
  writeFileSync(join(checkout.path, 'vitest.config.ts'), "export default { test: { include: ['*.test.js'] } };");
});

afterEach(() => {
  checkout[Symbol.dispose]();
});

function addPackages(): void {
  symlinkSync(join(ROOT, 'node_modules'), join(checkout.path, 'node_modules'));
}

function addTest(name: string, body: string): void {
  writeFileSync(join(checkout.path, `${name}.test.js`), `import { expect, test } from 'vitest';\n${body}\n`);
}

function launch(
  args: string[],
  environment: Record<string, string> = {},
): Promise<{ code: number; out: string; err: string }> {
  const options = { cwd: checkout.path, env: { PATH: '/usr/bin:/bin', ...environment } };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ['setup/launch.mjs', ...args], options, (_error, out, err) => {
      resolve({ code: child.exitCode ?? -1, out, err });
    });
  });
}

const lastLine = (text: string) => text.trimEnd().split('\n').at(-1);

describe('npm test', () => {
  test('ends with the numbers of passed, failed and skipped tests', async () => {
    addPackages();
    addTest(
      'mixed',
      "test('good', () => {}); test('bad', () => { expect(1).toBe(2); }); test.skip('later', () => {});",
    );
    const { code, out } = await launch(['test']);
    expect(lastLine(out)).toBe('1 passed, 1 failed, 1 skipped');
    expect(code).not.toBe(0);
  });

  test('succeeds when all tests pass', async () => {
    addPackages();
    addTest('good', "test('good', () => {}); test('good too', () => {});");
    expect(await launch(['test'])).toMatchObject({ code: 0, out: expect.stringMatching(/\n2 passed, 0 failed\n$/) });
  });

  test('counts a file that can not be loaded as a failure', async () => {
    addPackages();
    addTest('good', "test('good', () => {});");
    addTest('broken', "throw new Error('broken');");
    const { code, out } = await launch(['test']);
    expect(lastLine(out)).toBe('1 passed, 1 failed');
    expect(code).not.toBe(0);
  });

  test('fails when no test ran', async () => {
    addPackages();
    addTest('none', "test.skip('later', () => {});");
    const { code, out } = await launch(['test']);
    expect(lastLine(out)).toBe('0 passed, 0 failed, 1 skipped');
    expect(code).not.toBe(0);
  });
});

describe('set-up', () => {
  test('names the registry when the npm packages can not be fetched, without a stack', async () => {
    const unreachable = {
      npm_config_registry: 'http://127.0.0.1:9',
      npm_config_fetch_retries: '0',
      npm_config_cache: checkout.path,
    };
    const { code, err } = await launch(['check'], {
      PATH: process.execPath.replace(/\/node$/, ':/usr/bin:/bin'),
      ...unreachable,
    });
    expect(err).toContain('✖ The npm packages could not be installed.');
    expect(err).not.toContain('at async');
    expect(code).toBe(1);
  });

  test('does not empty a folder of packages that others use', async () => {
    const shared = join(checkout.path, 'shared');
    mkdirSync(shared);
    writeFileSync(join(shared, 'kept'), '');
    symlinkSync(shared, join(checkout.path, 'node_modules'));
    const { code, err } = await launch(['check']);
    expect(err).toContain('node_modules is a link');
    expect(code).toBe(1);
    expect(existsSync(join(shared, 'kept'))).toBe(true);
  });

  test('lists the commands when it is given none', async () => {
    expect(await launch([])).toMatchObject({ code: 1, err: expect.stringContaining('demo, start, test') });
  });
});

describe('the lock file', () => {
  const lock = z.object({
    packages: z.record(z.string(), z.object({ optionalDependencies: z.record(z.string(), z.string()).optional() })),
  });

  test('names the packages of every system, or npm ci refuses it everywhere', () => {
    const { packages } = lock.parse(JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')));
    const named = Object.keys(packages).map((path) => path.split('node_modules/').at(-1));
    const wanted = Object.values(packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
    expect(wanted.filter((name) => !named.includes(name))).toEqual([]);
  });
});

describe('the download of nats-server', () => {
  type Download = (releases: string, folder: string, checksum: string) => Promise<void>;
  const load = async (): Promise<{ downloadNats: Download }> =>
    await import(new URL('../../setup/nats-download.mjs', import.meta.url).href);

  async function serve(archive: Buffer): Promise<{ url: string } & AsyncDisposable> {
    const server = createServer((_request, response) => response.end(archive));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return {
      url: `http://127.0.0.1:${address.port}`,
      async [Symbol.asyncDispose]() {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  }

  /** A release archive of this system with a program that says hello. */
  async function makeArchive(): Promise<Buffer> {
    const system = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
    const name = `nats-server-v2.10.22-${system}`;
    mkdirSync(join(checkout.path, name));
    writeFileSync(join(checkout.path, name, 'nats-server'), '#!/bin/sh\necho hello\n');
    const archive = join(checkout.path, 'archive.tar.gz');
    await new Promise<void>((resolve, reject) => {
      execFile('tar', ['-czf', archive, '-C', checkout.path, name], (error) => (error ? reject(error) : resolve()));
    });
    return readFileSync(archive);
  }

  test('installs what has the pinned checksum', async () => {
    const archive = await makeArchive();
    await using server = await serve(archive);
    const folder = join(checkout.path, 'bin');
    const checksum = createHash('sha256').update(archive).digest('hex');
    await (await load()).downloadNats(server.url, folder, checksum);
    const said = await new Promise((resolve) => execFile(join(folder, 'nats-server'), (_error, out) => resolve(out)));
    expect(said).toBe('hello\n');
  });

  test('leaves nothing behind when the checksum is another one', async () => {
    await using server = await serve(await makeArchive());
    const folder = join(checkout.path, 'bin');
    await (await load()).downloadNats(server.url, folder, '0'.repeat(64));
    expect(existsSync(folder)).toBe(false);
  });
});
