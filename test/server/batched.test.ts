import { expect, test } from 'vitest';
import { batched } from '../../server/batched.ts';

test('questions of one turn are asked at once, each key once, and each gets its own answer', async () => {
  const asked: string[][] = [];
  const length = batched(async (words: readonly string[]) => {
    asked.push([...words]);
    return new Map(words.filter((word) => word !== '').map((word) => [word, word.length]));
  });
  expect(await Promise.all(['one', 'three', 'one', ''].map(length))).toEqual([3, 5, 3, undefined]);
  expect(asked).toEqual([['one', 'three', '']]);
  await length('one');
  expect(asked).toHaveLength(2);
});

test('a query that fails fails all who asked, and the next is a new one', async () => {
  let broken = true;
  const load = batched(async (keys: readonly number[]) => {
    if (broken) throw new Error('down');
    return new Map(keys.map((key) => [key, key]));
  });
  const answers = await Promise.allSettled([load(1), load(2)]);
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  broken = false;
  expect(await load(1)).toBe(1);
});
