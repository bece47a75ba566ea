#!/usr/bin/env node
// Runs one of the project's commands, after it has made sure that everything the command needs is there.
// Plain JavaScript on Node's own modules only: on a fresh clone this runs before any package is installed.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { installPackages, packagesAreInstalled } from './node-modules.mjs';
import { SetupProblem } from './problem.mjs';
import { missingPrograms, searchPath } from './programs.mjs';
import { ROOT, runNode } from './run.mjs';
import { installPrograms } from './system-packages.mjs';
import { runTests } from './tests.mjs';

const MINIMUM_NODE = [20, 19];

/**
 * What each command runs, and which programs beside Node it needs.
 * @type {Record<string, { needs: (args: string[]) => string[], run?: (args: string[]) => Promise<number> }>}
 */
const COMMANDS = {
  demo: { needs: () => ['ffmpeg', 'nats-server'] },
  start: { needs: (args) => startNeeds(args[0]) },
  // The commands in the documentation are tried as they stand there, and they use curl.
  test: { needs: () => ['ffmpeg', 'nats-server', 'curl'], run: runTests },
  bench: { needs: () => ['ffmpeg', 'nats-server'] },
  eval: { needs: () => ['ffmpeg'] },
  check: { needs: () => [] },
  build: { needs: () => [] },
  migrate: { needs: () => [] },
  account: { needs: () => [] },
  contract: { needs: () => [] },
};

/** A single role runs against services that stand elsewhere; only the worker touches media. */
function startNeeds(role) {
  if (role === 'server') return [];
  if (role === 'worker') return ['ffmpeg'];
  return process.env.NATS_URL ? ['ffmpeg'] : ['ffmpeg', 'nats-server'];
}

async function main([name, ...args]) {
  const command = Object.hasOwn(COMMANDS, name ?? '') ? COMMANDS[name] : undefined;
  if (command === undefined) throw new SetupProblem(`Give one of these commands: ${Object.keys(COMMANDS).join(', ')}.`);
  checkNode();
  process.env.PATH = searchPath();
  await prepare(command.needs(args));
  if (command.run) return await command.run(args);
  const tool = join(ROOT, 'tools', `${name}.ts`);
  if (!existsSync(tool)) throw new SetupProblem(`${tool} is missing: this checkout is not whole.`);
  return await runNode(['--import', 'tsx', tool, ...args]);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1])) return;
  throw new SetupProblem(
    `This is Node.js ${process.versions.node}; Talk-V2V needs ${MINIMUM_NODE.join('.')} or later.`,
    ['Install a current one from https://nodejs.org or with your version manager: nvm install 22'],
  );
}

/** Looks first and locks only when something is missing, so that a prepared checkout costs a fraction of a second. */
async function prepare(needs) {
  if (packagesAreInstalled() && missingPrograms(needs).length === 0) return;
  await withLock(async () => {
    if (!packagesAreInstalled()) await installPackages();
    const missing = missingPrograms(needs);
    if (missing.length > 0) await installPrograms(missing);
  });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof SetupProblem)) throw error;
  console.error(`\n✖ ${error.message}`);
  for (const hint of error.hints) console.error(`  ${hint}`);
  process.exitCode = 1;
}
