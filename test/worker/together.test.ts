import { once } from 'node:events';
import { expect, it } from 'vitest';
import { together } from '../../worker/together.ts';

const never = new AbortController().signal;

it('gives the results in order, whichever came first', async () => {
  const late = new Promise<string>((resolve) => setImmediate(() => resolve('late')));
  const [first, second] = await together(never, () => [late, Promise.resolve(2)]);
  expect([first, second]).toEqual(['late', 2]);
});

it('stops the other parts when one fails, and throws only after they have stopped', async () => {
  const failed = new Error('first');
  let stopped = false;
  async function other(signal: AbortSignal): Promise<void> {
    await once(signal, 'abort');
    await new Promise((resolve) => setImmediate(resolve));
    stopped = true;
    throw new Error('second');
  }
  await expect(together(never, (signal) => [other(signal), Promise.reject(failed)])).rejects.toBe(failed);
  expect(stopped).toBe(true);
});

it('passes the caller’s abort on to every part', async () => {
  const canceled = new AbortController();
  const reason = new Error('canceled');
  async function part(signal: AbortSignal): Promise<void> {
    await once(signal, 'abort');
    throw signal.reason;
  }
  const parts = together(canceled.signal, (signal) => [part(signal), part(signal)]);
  canceled.abort(reason);
  await expect(parts).rejects.toBe(reason);
});
