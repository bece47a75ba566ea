import { pino } from 'pino';
import { expect, test } from 'vitest';
import { repeat } from '../../platform/repeat.ts';
import { waitFor } from '../support/wait-for.ts';

const silent = pino({ level: 'silent' });

test('runs never overlap, and disposing waits for the run in progress and starts no other', async () => {
  let [running, most, runs] = [0, 0, 0];
  const repetition = repeat(
    async () => {
      running++;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running--;
      runs++;
    },
    { name: 'test', intervalMs: 1, log: silent },
  );
  await waitFor('some runs', () => runs >= 5);
  await repetition[Symbol.asyncDispose]();
  const after = runs;
  expect({ most, running }).toEqual({ most: 1, running: 0 });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(runs).toBe(after);
});

test('a run that fails is logged under its name, and the next one comes', async () => {
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => lines.push(line) });
  let runs = 0;
  const task = async () => {
    runs++;
    if (runs === 1) throw new Error('the first one fails');
  };
  await using _repetition = repeat(task, { name: 'sweep', intervalMs: 1, log });
  await waitFor('a second run', () => runs >= 2);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { task: 'sweep', err: { message: 'the first one fails' } },
  ]);
});
