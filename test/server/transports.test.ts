import { NoRespondersError, RequestError } from '@nats-io/transport-node';
import { getIntrospectionQuery } from 'graphql';
import { createClient, type Client as SocketClient } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { waitFor } from '../support/wait-for.ts';
import { type Client, JOB, SUBMIT, startTestServer, type TestServer } from './running.ts';
import { INPUT } from './services.ts';
import { WorkerHand } from './worker-hand.ts';

const WATCH = 'subscription Watch($id: ID!) { jobUpdated(id: $id) { id status progress error { code } } }';

const WATCH_ALL = 'subscription WatchAll($since: DateTime) { jobsUpdated(since: $since) { id status progress } }';

let running: TestServer;
let client: Client;
let worker: WorkerHand;
const open: { dispose(): unknown }[] = [];

beforeAll(async () => {
  running = await startTestServer({ rereadMs: 3_600_000 });
  client = await running.client(1_000_000);
  worker = new WorkerHand(running);
});

afterEach(async () => {
  for (const socket of open.splice(0)) await socket.dispose();
});

afterAll(() => running[Symbol.asyncDispose]());

async function submit(): Promise<string> {
  const { data } = await client.ask(SUBMIT, { input: INPUT });
  return data.submitTalkV2V.job.id;
}

const socketUrl = (server = running) => `${server.server.url.replace('http', 'ws')}/graphql`;

function connect(connectionParams: Record<string, unknown> = { apiKey: client.key }, server = running): SocketClient {
  const socket = createClient({
    url: socketUrl(server),
    webSocketImpl: WebSocket,
    connectionParams,
    retryAttempts: 0,
  });
  open.push(socket);
  return socket;
}

/** A connection without a client library, past the handshake of the protocol. */
async function rawSocket(options: { autoPong?: boolean } = {}, server = running): Promise<WebSocket> {
  const socket = new WebSocket(socketUrl(server), 'graphql-transport-ws', options);
  open.push({ dispose: () => socket.terminate() });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return socket;
}

function closeCode(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => socket.once('close', resolve));
}

/** Whether some server has interest in the job's events: NATS answers a request that nobody would hear. */
async function isWatched(id: string, { nats, account } = { nats: running.nats, account: client.account }) {
  try {
    await nats.connection.request(nats.subjects.event(account.id, id), '{}', { timeout: 50 });
  } catch (error) {
    const cause = error instanceof RequestError ? error.cause : error;
    if (cause instanceof NoRespondersError) return false;
  }
  return true;
}

interface Update {
  readonly status: string;
  readonly progress: number;
}

describe('WebSocket', () => {
  test('pushes a job’s changes to its end, then completes and gives its interest back', async () => {
    const id = await submit();
    const updates = connect().iterate<{ jobUpdated: Update }>({ query: WATCH, variables: { id } });
    expect((await updates.next()).value).toEqual({
      data: { jobUpdated: { id, status: 'QUEUED', progress: 0, error: null } },
    });
    const job = await worker.claim(id);
    expect((await updates.next()).value?.data?.jobUpdated.status).toBe('PROCESSING');
    await worker.progress(job, 0.5);
    expect((await updates.next()).value?.data?.jobUpdated.progress).toBe(0.5);
    await waitFor('interest', () => isWatched(id));
    await worker.fail(job);
    expect((await updates.next()).value?.data?.jobUpdated).toMatchObject({
      status: 'FAILED',
      error: { code: 'NO_FACE' },
    });
    expect((await updates.next()).done).toBe(true);
    await waitFor('no interest', async () => !(await isWatched(id)));
  });

  test('runs queries and mutations through the same pipeline as HTTP', async () => {
    const socket = connect();
    const [submitted] = [await socket.iterate({ query: SUBMIT, variables: { input: INPUT } }).next()];
    expect(submitted.value.data.submitTalkV2V.__typename).toBe('SubmitTalkV2VSuccess');
    const lost = await socket.iterate({ query: JOB, variables: { id: 'tlk_1_unknown' } }).next();
    expect(lost.value.data.job).toMatchObject({ __typename: 'NotFound', code: 'NOT_FOUND' });
  });

  test('a job of another account is NOT_FOUND, and the socket stays open', async () => {
    const id = await submit();
    const stranger = await running.client();
    const socket = connect({ apiKey: stranger.key });
    const { value } = await socket.iterate({ query: WATCH, variables: { id } }).next();
    expect(value.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    const viewer = await socket.iterate({ query: '{ viewer { account { id } } }' }).next();
    expect(viewer.value.data.viewer.account.id).toBe(stranger.account.id);
  });

  test('leaving gives the interest back, by unsubscribing or by a lost connection', async () => {
    const id = await submit();
    const one = connect();
    const updates = one.iterate({ query: WATCH, variables: { id } });
    await updates.next();
    await waitFor('interest', () => isWatched(id));
    await updates.return?.();
    await waitFor('no interest after unsubscribing', async () => !(await isWatched(id)));
    const again = await rawSocket();
    again.send(JSON.stringify({ type: 'connection_init', payload: { apiKey: client.key } }));
    again.once('message', () =>
      again.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: WATCH, variables: { id } } })),
    );
    await waitFor('interest', () => isWatched(id));
    again.terminate();
    await waitFor('no interest after the connection was lost', async () => !(await isWatched(id)));
  });

  test.each([
    ['no key', {}, 4401],
    ['an empty key', { apiKey: '' }, 4401],
    ['a key that is no text', { apiKey: { $ne: null } }, 4401],
    ['an unknown key', { apiKey: 'tk_nobody' }, 4403],
  ])('%s closes the socket', async (_name, connectionParams, code) => {
    const socket = connect(connectionParams);
    const failure = socket.iterate({ query: '{ viewer { credits } }' }).next();
    await expect(failure).rejects.toMatchObject({ code });
  });

  test('the key is taken under the header’s name as well', async () => {
    const { value } = await connect({ 'api-key': client.key })
      .iterate({ query: '{ viewer { account { id } } }' })
      .next();
    expect(value.data.viewer.account.id).toBe(client.account.id);
  });

  test('a key that is revoked while the socket is open starts nothing more', async () => {
    const revoked = await running.client();
    const socket = connect({ apiKey: revoked.key });
    const { data } = await revoked.ask(SUBMIT, { input: INPUT });
    // A client without operations would close its socket.
    const updates = socket.iterate({ query: WATCH, variables: { id: data.submitTalkV2V.job.id } });
    await updates.next();
    await running.database.db.execute(
      `update api_keys set revoked_at = now() where account_id = '${revoked.account.id}'`,
    );
    const { value } = await socket.iterate({ query: '{ viewer { credits } }' }).next();
    expect(value.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    await updates.return?.();
  });

  test('a key that is revoked ends what already runs, and its socket closes with 4403', async () => {
    await using own = await startTestServer({ rereadMs: 20, sockets: { keyCheckMs: 20 } });
    const [revoked, other] = [await own.client(), await own.client()];
    const { data } = await revoked.ask(SUBMIT, { input: INPUT });
    const { id } = data.submitTalkV2V.job;
    const socket = await rawSocket({}, own);
    const messages: { type: string; payload?: unknown }[] = [];
    socket.on('message', (message) => messages.push(JSON.parse(String(message))));
    socket.send(JSON.stringify({ type: 'connection_init', payload: { apiKey: revoked.key } }));
    await waitFor('the connection', () => messages.length > 0);
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: WATCH, variables: { id } } }));
    socket.send(JSON.stringify({ id: '2', type: 'subscribe', payload: { query: WATCH_ALL } }));
    await waitFor('both to run', () => messages.length >= 3);
    const stranger = connect({ apiKey: other.key }, own).iterate({ query: '{ viewer { credits } }' });
    await stranger.next();
    const code = closeCode(socket);
    await own.database.db.execute(`update api_keys set revoked_at = now() where account_id = '${revoked.account.id}'`);
    expect(await code).toBe(4403);
    // Whichever notices first: each subscription has ended with this error, or with the socket.
    for (const { payload } of messages.slice(3)) {
      if (payload) expect(payload).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    }
    await waitFor('no interest', async () => !(await isWatched(id, { nats: own.nats, account: revoked.account })));
  });

  test('jobsUpdated pushes the changes of all jobs of the account, new ones as well', async () => {
    const own = await running.client();
    const submitOwn = async () => (await own.ask(SUBMIT, { input: INPUT })).data.submitTalkV2V.job.id;
    const first = await submitOwn();
    const updates = connect({ apiKey: own.key }).iterate<{ jobsUpdated: Update & { id: string } }>({
      query: WATCH_ALL,
    });
    const next = async () => (await updates.next()).value?.data?.jobsUpdated;
    expect(await next()).toEqual({ id: first, status: 'QUEUED', progress: 0 });
    const second = await submitOwn();
    expect(await next()).toMatchObject({ id: second, status: 'QUEUED' });
    const job = await worker.claim(first);
    expect(await next()).toMatchObject({ id: first, status: 'PROCESSING' });
    await worker.fail(job);
    expect(await next()).toMatchObject({ id: first, status: 'FAILED' });
    await waitFor('interest', () => isWatched(second, { nats: running.nats, account: own.account }));
    await updates.return?.();
    await waitFor('no interest', async () => !(await isWatched(second, { nats: running.nats, account: own.account })));
  });

  test('documents beyond the limits and with mistakes are refused', async () => {
    const socket = connect();
    const aliases = `{ ${Array.from({ length: 99 }, (_, n) => `a${n}: __typename`).join(' ')} }`;
    for (const query of [aliases, '{ nothing }', '{']) {
      await expect(socket.iterate({ query }).next()).rejects.toBeInstanceOf(Array);
    }
    expect((await socket.iterate({ query: '{ __typename }' }).next()).value).toEqual({ data: { __typename: 'Query' } });
  });

  test('an operation more than the limit is refused; the others go on', async () => {
    const socket = connect();
    const id = await submit();
    const watchers = Array.from({ length: 50 }, () => socket.iterate({ query: WATCH, variables: { id } }));
    await Promise.all(watchers.map((watcher) => watcher.next()));
    await expect(socket.iterate({ query: WATCH, variables: { id } }).next()).rejects.toMatchObject([
      { message: expect.stringContaining('50') },
    ]);
    await worker.fail({ id });
    const ends = await Promise.all(watchers.map((watcher) => watcher.next()));
    expect(ends).toHaveLength(50);
  });

  test('a client that says nothing, too much, or answers no ping is cut off', async () => {
    await using strict = await startTestServer({ sockets: { keepAliveMs: 100, initTimeoutMs: 1_000 } });
    const { key } = await strict.client();
    expect(await closeCode(await rawSocket({}, strict))).toBe(4408);
    const mute = await rawSocket({ autoPong: false }, strict);
    mute.send(JSON.stringify({ type: 'connection_init', payload: { apiKey: key } }));
    expect(await closeCode(mute)).toBe(1006);
    const loud = await rawSocket();
    loud.send('x'.repeat(200_000));
    expect(await closeCode(loud)).toBe(1009);
  });

  test('a client that asks and never reads is cut off before it fills the memory', async () => {
    await using own = await startTestServer({ sockets: { maxBufferedBytes: 50_000, bufferCheckMs: 10 } });
    const { key } = await own.client();
    const greedy = await rawSocket({}, own);
    greedy.send(JSON.stringify({ type: 'connection_init', payload: { apiKey: key } }));
    await new Promise((resolve) => greedy.once('message', resolve));
    let cut = false;
    greedy.once('error', () => {
      cut = true;
    });
    greedy.pause();
    const query = getIntrospectionQuery();
    let asked = 0;
    await waitFor('the connection to be cut', () => {
      greedy.send(JSON.stringify({ id: String(asked++), type: 'subscribe', payload: { query } }), (error) => {
        if (error) cut = true;
      });
      return cut;
    });
  });

  test('a client that won’t close keeps no server from stopping', async () => {
    const own = await startTestServer({ sockets: { closeDeadlineMs: 50 } });
    const deaf = await rawSocket({}, own);
    deaf.pause();
    await own[Symbol.asyncDispose]();
    deaf.resume();
    await waitFor('the connection to be cut', () => deaf.readyState === WebSocket.CLOSED);
    // Left to itself, ws gives a closing connection 30 s.
  }, 20_000);

  test('a path that is none, or a request that is none, ends without harm', async () => {
    const elsewhere = new WebSocket(socketUrl().replace('/graphql', '/elsewhere'), 'graphql-transport-ws');
    const error = await new Promise<Error>((resolve) => elsewhere.once('error', resolve));
    expect(error.message).toContain('404');
    expect((await fetch(`${running.server.url}/healthz`)).status).toBe(200);
  });
});

describe('server-sent events', () => {
  interface WatchOptions {
    readonly key?: string;
    readonly signal?: AbortSignal;
    readonly server?: TestServer;
    readonly query?: string;
  }

  function watch(id: string, options: WatchOptions = {}) {
    return fetch(`${(options.server ?? running).server.url}/graphql`, {
      method: 'POST',
      signal: options.signal,
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        'api-key': options.key ?? client.key,
      },
      body: JSON.stringify({ query: options.query ?? WATCH, variables: { id } }),
    });
  }

  /** The events of a response, comments (pings) left out. */
  async function* eventsOf(response: Response): AsyncGenerator<{ event: string; data: string }> {
    let text = '';
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      const parts = text.split('\n\n');
      text = parts.pop() ?? '';
      for (const part of parts) {
        const event = /^event: ?(.*)$/m.exec(part)?.[1];
        if (event !== undefined) yield { event, data: /^data: ?(.*)$/m.exec(part)?.[1] ?? '' };
      }
    }
  }

  test('pushes a job’s changes to its end, then completes', async () => {
    const id = await submit();
    const response = await watch(id);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const events = eventsOf(response);
    expect(JSON.parse((await events.next()).value.data).data.jobUpdated).toMatchObject({ id, status: 'QUEUED' });
    const job = await worker.claim(id);
    expect(JSON.parse((await events.next()).value.data).data.jobUpdated.status).toBe('PROCESSING');
    await worker.fail(job);
    expect(JSON.parse((await events.next()).value.data).data.jobUpdated.status).toBe('FAILED');
    expect((await events.next()).value).toEqual({ event: 'complete', data: '' });
    expect((await events.next()).done).toBe(true);
    await waitFor('no interest', async () => !(await isWatched(id)));
  });

  test('jobsUpdated pushes the changes of all jobs, and ends when its key is revoked', async () => {
    await using own = await startTestServer({ rereadMs: 20 });
    const owner = await own.client();
    const { data } = await owner.ask(SUBMIT, { input: INPUT });
    const { id } = data.submitTalkV2V.job;
    const events = eventsOf(await watch(id, { key: owner.key, server: own, query: WATCH_ALL }));
    expect(JSON.parse((await events.next()).value.data).data.jobsUpdated).toMatchObject({ id, status: 'QUEUED' });
    await new WorkerHand(own).claim(id);
    expect(JSON.parse((await events.next()).value.data).data.jobsUpdated.status).toBe('PROCESSING');
    await own.database.db.execute(`update api_keys set revoked_at = now() where account_id = '${owner.account.id}'`);
    const { errors } = JSON.parse((await events.next()).value.data);
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect((await events.next()).value.event).toBe('complete');
    expect((await events.next()).done).toBe(true);
  });

  test('a job of another account is NOT_FOUND', async () => {
    const stranger = await running.client();
    const events = eventsOf(await watch(await submit(), { key: stranger.key }));
    expect(JSON.parse((await events.next()).value.data).errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    expect((await events.next()).value.event).toBe('complete');
  });

  test('a client that goes away leaves nothing behind', async () => {
    const id = await submit();
    const leaving = new AbortController();
    const events = eventsOf(await watch(id, { signal: leaving.signal }));
    await events.next();
    await waitFor('interest', () => isWatched(id));
    leaving.abort();
    await expect(events.next()).rejects.toThrow();
    await waitFor('no interest', async () => !(await isWatched(id)));
  });

  test('a server that stops tells its readers, ends their streams and keeps no one waiting', async () => {
    const own = await startTestServer({ drainMs: 10_000 });
    const owner = await own.client();
    const { data } = await owner.ask(SUBMIT, { input: INPUT });
    const { id } = data.submitTalkV2V.job;
    const events = eventsOf(await watch(id, { key: owner.key, server: own }));
    await events.next();
    const socket = await rawSocket({}, own);
    const code = closeCode(socket);
    const stopped = own[Symbol.asyncDispose]();
    const { value } = await events.next();
    expect(JSON.parse(value.data).errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
    expect(await code).toBe(1012);
    await stopped;
  });
});
