import { expect, test } from 'vitest';
import { within } from '../../platform/deadline.ts';

const never = new Promise<void>(() => {});

test('tells whether the work was done in time', async () => {
  expect(await within(10_000, Promise.resolve())).toBe(true);
  expect(await within(10_000, Promise.reject(new Error('failed')))).toBe(false);
  expect(await within(1, never)).toBe(false);
});
