import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** What a shell reports for a program that a signal ended: 128 + the signal's number. */
const SIGNAL_EXIT = 128;
const HEARTBEAT_MS = 15_000;

/**
 * Runs Node in the project's folder and gives its exit code. The channel lets it notice when we are gone.
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export function runNode(args) {
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  const forward = (signal) => child.kill(signal);
  for (const signal of FORWARDED) process.on(signal, forward);
  return exitCode(child).finally(() => {
    for (const signal of FORWARDED) process.off(signal, forward);
  });
}

/**
 * Runs an installer, shows what it prints, and says now and then that it still runs. Gives its exit code.
 * @param {string} what what is being done, as a noun
 * @param {string[]} command
 * @param {NodeJS.ProcessEnv} [environment]
 */
export async function runInstaller(what, [program, ...args], environment = process.env) {
  const startedAt = Date.now();
  const elapsed = () => `${Math.round((Date.now() - startedAt) / 1000)} s`;
  const heartbeat = setInterval(() => console.error(`  … ${what}: ${elapsed()}`), HEARTBEAT_MS);
  // Standard output belongs to the command that runs afterwards: an installer writes to standard error.
  const child = spawn(program, args, { cwd: ROOT, stdio: ['ignore', 2, 2], env: environment });
  try {
    const code = await exitCode(child);
    console.error(code === 0 ? `✔ ${what} (${elapsed()})` : `✖ ${what}: exit code ${code}`);
    return code;
  } finally {
    clearInterval(heartbeat);
  }
}

/** @returns {Promise<number>} */
function exitCode(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? SIGNAL_EXIT + constants.signals[signal]));
  });
}
