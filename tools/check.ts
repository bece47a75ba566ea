import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

// `npm run check`: everything that can be told about the code without running it.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const STEPS = [
  { name: 'format, lint and import walls', command: ['node_modules/.bin/biome', 'check'] },
  { name: 'types', command: ['node_modules/.bin/tsc'] },
  { name: 'committed contract', command: [process.execPath, '--import', 'tsx', 'tools/contract.ts', '--check'] },
];

async function run([program, ...args]: string[]): Promise<boolean> {
  const child = spawn(program, args, { cwd: ROOT, stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  return code === 0;
}

let failed = 0;
const lines: string[] = [];
for (const { name, command } of STEPS) {
  const startedAt = performance.now();
  const ok = await run(command);
  if (!ok) failed += 1;
  lines.push(`${ok ? '✔' : '✖'} ${name}  ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
}
console.log(lines.join('\n'));
process.exitCode = failed > 0 ? 1 : 0;
