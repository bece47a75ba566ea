import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { uploads } from '../../schema/tables.ts';
import { startServer } from '../../server/server.ts';
import { ownNats } from '../support/nats.ts';
import { waitFor } from '../support/wait-for.ts';
import { startTestServer, type TestServer } from './running.ts';
import { freshEnvironment, log } from './services.ts';

let running: TestServer;

beforeAll(async () => {
  running = await startTestServer();
});

afterAll(() => running[Symbol.asyncDispose]());

async function get(path: string, init?: RequestInit, server = running): Promise<Response> {
  return server.server.fetch(new Request(`http://localhost${path}`, init));
}

describe('what probes ask', () => {
  test('a live server is alive, and ready when its parts are', async () => {
    expect((await get('/healthz')).status).toBe(200);
    const ready = await get('/readyz');
    expect(ready.status).toBe(200);
    expect(await ready.json()).toEqual({ ready: true, parts: { postgres: 'up', nats: 'up', storage: 'up' } });
  });

  test('a server without NATS is alive but not ready, and becomes ready again', async () => {
    await using nats = await ownNats();
    await using own = await startTestServer({ changes: { NATS_URL: nats.url } });
    await nats.stop();
    const down = await get('/readyz', undefined, own);
    expect(down.status).toBe(503);
    expect(await down.json()).toEqual({ ready: false, parts: { postgres: 'up', nats: 'down', storage: 'up' } });
    expect((await get('/healthz', undefined, own)).status).toBe(200);
    await nats.start();
    await waitFor('the server to be ready', async () => (await get('/readyz', undefined, own)).status === 200);
  });
});

describe('every answer', () => {
  test('names its request, by the caller’s name if that is fit for a log', async () => {
    expect((await get('/healthz')).headers.get('x-request-id')).toMatch(/^req_[0-9a-z]{20}$/);
    const named = await get('/healthz', { headers: { 'x-request-id': 'trace-42-of-caller' } });
    expect(named.headers.get('x-request-id')).toBe('trace-42-of-caller');
    const unfit = await get('/healthz', { headers: { 'x-request-id': 'a "b" {c}' } });
    expect(unfit.headers.get('x-request-id')).toMatch(/^req_/);
  });

  test('may be read by any page, but not framed, sniffed or referred', async () => {
    const { headers } = await get('/healthz', { headers: { origin: 'https://app.example' } });
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });

  test('of nothing is a 404 with a code', async () => {
    const response = await get('/nothing/here');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: 'NOT_FOUND' } });
  });
});

test('a page of another origin may send its key', async () => {
  const preflight = await get('/graphql', {
    method: 'OPTIONS',
    headers: {
      origin: 'https://app.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'api-key,content-type',
    },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-headers')).toContain('api-key');
});

test('who opens the server in a browser is led to GraphiQL', async () => {
  const response = await get('/', { redirect: 'manual' });
  expect(response.status).toBe(302);
  expect(response.headers.get('location')).toBe('/graphql');
});

test('GraphiQL is served whole: no script, style or worker comes from elsewhere', async () => {
  const response = await get('/graphql', { headers: { accept: 'text/html' } });
  expect(response.headers.get('content-type')).toContain('text/html');
  const page = await response.text();
  expect(page).toContain('GraphiQL');
  expect(page).not.toMatch(/(?:src|href)="https?:/);
  expect(page).not.toMatch(/unpkg|jsdelivr|cdnjs/);
});

describe('starting', () => {
  test('a free port is found, and stands in the URLs handed out', async () => {
    expect(running.server.port).toBeGreaterThan(0);
    expect(running.server.url).toBe(`http://localhost:${running.server.port}`);
    const client = await running.client();
    const { data } = await client.ask(
      'mutation { createUpload(input: {fileName: "v.mp4", contentType: "video/mp4"}) { ... on CreateUploadSuccess { upload { url } } } }',
    );
    expect(data.createUpload.upload.url).toMatch(new RegExp(`^${running.server.url}/uploads/`));
  });

  test('a port that is taken, or a database that is not there, ends the start and leaves nothing open', async () => {
    await using fresh = await freshEnvironment({ PORT: String(running.server.port) });
    await expect(startServer(fresh.environment, { log })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    const nowhere = { ...fresh.environment, DATABASE_URL: 'postgresql://127.0.0.1:1/none' };
    await expect(startServer(nowhere, { log })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('stopping', () => {
  /** An upload whose body the test sends piece by piece: a request that is in flight for as long as it likes. */
  async function slowUpload(own: TestServer) {
    const client = await own.client();
    const { data } = await client.ask(
      'mutation { createUpload(input: {fileName: "v.mp4", contentType: "video/mp4"}) { ... on CreateUploadSuccess { upload { url } } } }',
    );
    const body = new TransformStream<Uint8Array, Uint8Array>();
    const half = { duplex: 'half' };
    const response = fetch(data.createUpload.upload.url, { method: 'PUT', body: body.readable, ...half });
    const writer = body.writable.getWriter();
    await writer.write(new Uint8Array(1000));
    await waitFor('the upload to begin', async () => {
      const [row] = await own.database.db.select().from(uploads);
      return row.state === 'receiving';
    });
    return { response, writer };
  }

  test('lets a request in flight finish, and takes no new one', async () => {
    const own = await startTestServer();
    const { response, writer } = await slowUpload(own);
    const stopping = own.server[Symbol.asyncDispose]();
    await waitFor('new connections to be refused', () =>
      fetch(`${own.server.url}/healthz`, { headers: { connection: 'close' } }).then(
        () => false,
        () => true,
      ),
    );
    await writer.write(new Uint8Array(1000));
    await writer.close();
    const finished = await response;
    expect(finished.status).toBe(200);
    expect(await finished.json()).toMatchObject({ data: { bytes: 2000 } });
    await stopping;
    await own[Symbol.asyncDispose]();
  });

  test('cuts off what does not finish in time', async () => {
    const own = await startTestServer({ drainMs: 50 });
    const { response, writer } = await slowUpload(own);
    const cut = expect(response).rejects.toThrow();
    await own.server[Symbol.asyncDispose]();
    await cut;
    await writer.abort().catch(() => undefined);
    await own[Symbol.asyncDispose]();
  });

  test('ends while NATS is away', async () => {
    await using nats = await ownNats();
    const own = await startTestServer({ changes: { NATS_URL: nats.url } });
    await nats.stop();
    await own.server[Symbol.asyncDispose]();
    await nats.start();
    await own[Symbol.asyncDispose]();
  });
});
