import { execFile } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../setup/services/temporary.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Runs a test file of its own, with the leak check, and gives what vitest said. */
function runFile(body: string): Promise<string> {
  const directory = temporaryDirectory('talk-v2v-leak-test-');
  symlinkSync(join(ROOT, 'node_modules'), join(directory.path, 'node_modules'));
  const setupFile = join(ROOT, 'test/support/leak-check.ts');
  const config = `export default { test: { pool: 'forks', setupFiles: ${JSON.stringify(setupFile)} } };`;
  writeFileSync(join(directory.path, 'vitest.config.js'), config);
  writeFileSync(
    join(directory.path, 'a.test.js'),
    `import { test } from 'vitest';\ntest('t', async () => {${body}});\n`,
  );
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  return new Promise((resolve) => {
    execFile(process.execPath, [vitest, 'run'], { cwd: directory.path }, (_error, out, err) => {
      directory[Symbol.dispose]();
      resolve(out + err);
    });
  });
}

test.each([
  ['an interval', 'setInterval(() => {}, 1000);', 'Timeout'],
  ['a server', "(await import('node:net')).createServer().listen(0);", 'TCPServerWrap'],
  ['a child process', "(await import('node:child_process')).spawn('sleep', ['20']);", 'ProcessWrap'],
])('a test file that leaves %s behind fails, and says so', async (_what, body, kind) => {
  expect(await runFile(body)).toMatch(new RegExp(`This file left open: .*${kind}`));
});

test('a test file that closes what it opened passes', async () => {
  const output = await runFile(
    "const server = (await import('node:net')).createServer().listen(0); await new Promise((done) => server.close(done));",
  );
  expect(output).not.toContain('left open');
  expect(output).toMatch(/1 passed/);
});
