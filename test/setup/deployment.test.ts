import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { environment, readEnvironment } from '../../platform/env.ts';

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
const compose = read('docker-compose.yml');

/** `NAME: value` lines of the roles' environment, with the variables of `.env` filled in as compose does it. */
function roleEnvironment(given: Record<string, string>): Record<string, string> {
  const block = /environment: &environment\n((?: {4}.*\n)+)/.exec(compose)?.[1] ?? '';
  const entries = [...block.matchAll(/^ {4}(\w+): (.*)$/gm)].map(([, name, value]) => [
    name,
    value.replace(/\$\{(\w+):(?:\?[^}]*|-([^}]*))\}/g, (_, variable, standard) => given[variable] ?? standard),
  ]);
  return Object.fromEntries(entries);
}

describe('docker-compose.yml', () => {
  const secrets = Object.fromEntries(
    [...read('.env.example').matchAll(/^(\w+)=$/gm)].map(([, name]) => [name, 'a'.repeat(64)]),
  );

  test('gives the roles an environment that they accept, from the variables that .env.example asks for', () => {
    const parsed = readEnvironment(roleEnvironment(secrets));
    expect(parsed).toMatchObject({ NATS_URL: 'nats://nats:4222', S3_BUCKET: 'talk-v2v' });
  });

  test('sets no variable that the roles do not know', () => {
    const known = Object.keys(environment.shape);
    expect(Object.keys(roleEnvironment(secrets)).filter((name) => !known.includes(name))).toEqual([]);
  });

  test('has no secret of its own: each must be given', () => {
    const secretLines = compose.split('\n').filter((line) => /(PASSWORD|SECRET|_KEY_ID|ROOT_USER).*:/.test(line));
    expect(secretLines.length).toBeGreaterThan(0);
    for (const line of secretLines.filter((text) => !text.includes('$$'))) expect(line).toMatch(/\$\{\w+:\?/);
    for (const name of Object.keys(secrets)) expect(compose).toContain(`\${${name}:?`);
  });
});
