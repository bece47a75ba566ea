import { request as httpRequest, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAccount } from '../../../platform/accounts.ts';
import { type DatabaseHandle, openDatabase } from '../../../platform/database.ts';
import { Lifecycle } from '../../../platform/lifecycle.ts';
import { uploads } from '../../../schema/tables.ts';
import { type RunningServer, startServer } from '../../../server/server.ts';
import { createUpload } from '../../../server/uploads/create-upload.ts';
import { waitFor } from '../../support/wait-for.ts';
import { freshEnvironment, log } from '../services.ts';

/** What only a real socket shows: connections that break, and answers that overtake the request. */

const LIMIT = 50_000_000;
const CHUNK = Buffer.alloc(64 * 1024, 7);

const lifecycle = new Lifecycle();
let server: RunningServer;
let database: DatabaseHandle;
let create: () => ReturnType<typeof createUpload>;

beforeAll(async () => {
  const { environment } = lifecycle.use(await freshEnvironment({ MAX_UPLOAD_BYTES: String(LIMIT) }));
  database = lifecycle.use(openDatabase(environment.DATABASE_URL, { poolSize: 2, log }));
  server = lifecycle.use(await startServer(environment, { log }));
  const account = await createAccount(database.db, { name: 'Test', credits: 0 });
  const context = { account, db: database.db, environment: { ...environment, PORT: server.port } };
  create = () => createUpload(context, { fileName: 'video.mp4', contentType: 'video/mp4' });
});
afterAll(() => lifecycle[Symbol.asyncDispose]());

function send(url: string) {
  const request = httpRequest(url.replace('localhost', '127.0.0.1'), { method: 'PUT', agent: false });
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.once('error', reject);
  });
  // Whoever breaks the connection off has no answer, and doesn't wait for one.
  answer.catch(() => {});
  return { request, answer };
}

async function stateOf(id: string) {
  const [row] = await database.db.select().from(uploads).where(eq(uploads.id, id));
  return row.state;
}

test('takes a file in chunks of unknown total', async () => {
  const upload = await create();
  const { request, answer } = send(upload.url);
  for (let sent = 0; sent < 20_000_000; sent += CHUNK.length) {
    if (!request.write(CHUNK)) await new Promise((resolve) => request.once('drain', resolve));
  }
  request.end();
  const response = await answer;
  expect(response.statusCode).toBe(200);
  expect(await json(response)).toMatchObject({ success: true, data: { bytes: 306 * CHUNK.length } });
  expect(await stateOf(upload.id)).toBe('stored');
});

test('a connection that breaks leaves the upload as it was, for the next try', async () => {
  const upload = await create();
  const broken = send(upload.url);
  broken.request.write(CHUNK);
  await waitFor('receiving', async () => (await stateOf(upload.id)) === 'receiving');
  broken.request.destroy();
  await waitFor('pending', async () => (await stateOf(upload.id)) === 'pending');
  const { request, answer } = send(upload.url);
  request.end('whole');
  const response = await answer;
  expect(await json(response)).toMatchObject({ data: { bytes: 5 } });
});

test('a sender of too much reads why, though it has not sent all of it', async () => {
  const upload = await create();
  const { request, answer } = send(upload.url);
  request.setHeader('content-length', LIMIT + 1);
  request.write(CHUNK);
  const response = await answer;
  expect(response.statusCode).toBe(413);
  expect(await json(response)).toMatchObject({ success: false, error: { code: 'PAYLOAD_TOO_LARGE' } });
  request.destroy();
});
