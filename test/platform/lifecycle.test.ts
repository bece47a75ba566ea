import { expect, test } from 'vitest';
import { Lifecycle } from '../../platform/lifecycle.ts';

function part(name: string, closed: string[], failure?: Error): AsyncDisposable {
  return {
    async [Symbol.asyncDispose]() {
      closed.push(name);
      if (failure) throw failure;
    },
  };
}

test('closes in reverse order, once, however often it is asked', async () => {
  const closed: string[] = [];
  const lifecycle = new Lifecycle();
  for (const name of ['database', 'queue', 'server']) lifecycle.use(part(name, closed));
  await Promise.all([lifecycle[Symbol.asyncDispose](), lifecycle[Symbol.asyncDispose]()]);
  expect(closed).toEqual(['server', 'queue', 'database']);
});

test('a part that fails to close keeps no other open, and is told', async () => {
  const closed: string[] = [];
  const lifecycle = new Lifecycle();
  const failure = new Error('stuck');
  lifecycle.use(part('database', closed));
  lifecycle.use(part('queue', closed, failure));
  await expect(lifecycle[Symbol.asyncDispose]()).rejects.toMatchObject({ errors: [failure] });
  expect(closed).toEqual(['queue', 'database']);
});

test('a start that fails half-way closes what it had opened and passes the reason on', async () => {
  const closed: string[] = [];
  const start = Lifecycle.open(async (lifecycle) => {
    lifecycle.use(part('database', closed));
    throw new Error('no queue');
  });
  await expect(start).rejects.toThrow('no queue');
  expect(closed).toEqual(['database']);
});
