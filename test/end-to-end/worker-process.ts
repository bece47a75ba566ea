import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Environment, inheritedEnvironment } from '../../platform/env.ts';

const MAIN = fileURLToPath(new URL('../../worker/main.ts', import.meta.url));

export interface WorkerProcess extends AsyncDisposable {
  readonly pid: number | undefined;
  exitCode(): number | null;
  /** SIGKILL: no chance to hand anything back. Resolves when the process is gone. */
  kill(): Promise<void>;
}

/** A worker in a process of its own, as containers run it. Resolves when it is ready; disposal stops it in order. */
export async function startWorkerProcess(environment: Environment): Promise<WorkerProcess> {
  const settings = Object.entries(environment).map(([name, value]) => [name, String(value ?? '')]);
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN], {
    env: { ...inheritedEnvironment(), ...Object.fromEntries(settings), LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  await new Promise<void>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      if (line.includes('"msg":"ready"')) resolve();
    });
    exited.then(([code]) => reject(new Error(`the worker ended with code ${code} before it was ready`)));
  });
  return {
    pid: child.pid,
    exitCode: () => child.exitCode,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
