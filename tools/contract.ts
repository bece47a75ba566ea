import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { schema } from '../server/graphql/schema.ts';
import { openApiDocument } from '../server/rest/openapi.ts';
import { environmentTable } from './environment-table.ts';

/** A committed file that says what the server offers, so that a change of the contract shows in review. */
export interface ContractFile {
  readonly path: string;
  readonly content: string;
}

export function contractFiles(): ContractFile[] {
  return [
    { path: pathOf('schema.graphql'), content: `${printSchema(lexicographicSortSchema(schema))}\n` },
    { path: pathOf('openapi.json'), content: `${JSON.stringify(openApiDocument(), null, 2)}\n` },
    { path: pathOf('../docs/environment.md'), content: environmentTable() },
  ];
}

/** The first line in which a committed file differs from what the code says; undefined when it doesn't. */
export function firstDifference(committed: string, actual: string): string | undefined {
  if (committed === actual) return undefined;
  const [before, after] = [committed.split('\n'), actual.split('\n')];
  const line = after.findIndex((text, index) => text !== before[index]);
  const at = line === -1 ? after.length : line;
  return `line ${at + 1}:\n  committed: ${before[at] ?? '(ends)'}\n  code says: ${after[at] ?? '(ends)'}`;
}

function pathOf(name: string): string {
  return fileURLToPath(new URL(`../schema/${name}`, import.meta.url));
}

async function check(): Promise<void> {
  for (const { path, content } of contractFiles()) {
    const difference = firstDifference(await readFile(path, 'utf8'), content);
    if (difference === undefined) continue;
    process.stderr.write(`${path} is not what the code says; ${difference}\nRun "npm run contract" and commit it.\n`);
    process.exitCode = 1;
  }
}

async function write(): Promise<void> {
  for (const { path, content } of contractFiles()) await writeFile(path, content);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await (process.argv.includes('--check') ? check() : write());
