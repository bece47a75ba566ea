import { createHash, randomBytes } from 'node:crypto';
import { readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { uploads } from '../../../schema/tables.ts';
import type { CreateUploadInput } from '../../../schema/upload.ts';
import type { AccountContext } from '../../../server/context.ts';
import { InvalidInput, PayloadTooLarge } from '../../../server/refusal.ts';
import { type CreatedUpload, createUpload } from '../../../server/uploads/create-upload.ts';
import { uploadRoutes } from '../../../server/uploads/routes.ts';
import { waitFor } from '../../support/wait-for.ts';
import { openServices, type TestServices } from '../services.ts';

let bench: TestServices;
let owner: AccountContext;
let app: ReturnType<typeof uploadRoutes>;

beforeAll(async () => {
  bench = await openServices({ changes: { MAX_UPLOAD_BYTES: '1000000' } });
  owner = await bench.account();
  app = uploadRoutes(bench.services);
});
afterAll(() => bench[Symbol.asyncDispose]());

const create = (changes: Partial<CreateUploadInput> = {}) =>
  createUpload(owner, { fileName: 'voice.mp3', contentType: 'audio/mpeg', ...changes });

function put(upload: Pick<CreatedUpload, 'url'>, body: BodyInit, headers: Record<string, string> = {}) {
  const init = { method: 'PUT', body, headers, duplex: 'half' };
  return app.request(upload.url, init);
}

async function rowOf({ id }: CreatedUpload) {
  const [row] = await bench.services.db.select().from(uploads).where(eq(uploads.id, id));
  return row;
}

async function objectsOf({ id }: CreatedUpload): Promise<string[]> {
  const folder = join(bench.services.environment.DATA_DIR, 'objects', 'data', 'uploads', owner.account.id);
  return (await readdir(folder)).filter((name) => name.startsWith(id));
}

const incoming = () => join(bench.services.environment.DATA_DIR, 'objects', 'incoming');

async function bytesIncoming(): Promise<number> {
  const files = await Promise.all((await readdir(incoming())).map((name) => stat(join(incoming(), name))));
  return files.reduce((sum, { size }) => sum + size, 0);
}

/** A body whose end the test decides. */
function openBody() {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const stream = new ReadableStream<Uint8Array>({
    start(opened) {
      controller = opened;
    },
  });
  return {
    stream,
    send: (bytes: Uint8Array) => controller?.enqueue(bytes),
    end: () => controller?.close(),
    breakOff: () => controller?.error(new Error('socket hang up')),
  };
}

describe('creating an upload', () => {
  test('gives a signed URL for one PUT, a reference and the limits', async () => {
    const upload = await create();
    expect(upload.reference).toBe(`upload://${upload.id}`);
    expect(upload.url).toMatch(new RegExp(`/uploads/${upload.id}\\?expires=\\d+&signature=[\\w-]{43}$`));
    expect(upload.maxBytes).toBe(1_000_000);
    expect(upload.expiresAt.getTime()).toBeGreaterThan(Date.now());
    expect(await rowOf(upload)).toMatchObject({ state: 'pending', accountId: owner.account.id, bytes: null });
  });

  test('refuses a file that is announced to be larger than the limit', async () => {
    await expect(create({ bytes: 1_000_001 })).rejects.toThrow(PayloadTooLarge);
  });

  test.each([
    [{ fileName: '' }, 'fileName'],
    [{ fileName: 'a/b.mp4' }, 'fileName'],
    [{ fileName: 'a\u0000.mp4' }, 'fileName'],
    [{ contentType: 'text/html' }, 'contentType'],
    [{ contentType: 'image/svg+xml' }, 'contentType'],
    [{ contentType: 'video/mp4\r\nx: y' }, 'contentType'],
    [{ bytes: 0 }, 'bytes'],
    [{ bytes: 1.5 }, 'bytes'],
  ])('refuses %j and names the field', async (changes, path) => {
    const refused = create(changes);
    await expect(refused).rejects.toThrow(InvalidInput);
    await expect(refused).rejects.toMatchObject({ code: 'INVALID_INPUT', issues: [{ path }] });
  });

  test('takes the types that browsers give recordings', async () => {
    const upload = await create({ contentType: 'Audio/WebM;codecs=opus' });
    expect((await rowOf(upload)).contentType).toBe('audio/webm');
  });
});

describe('sending the bytes', () => {
  test('stores them under the announced type, and answers with the reference', async () => {
    const bytes = randomBytes(300_000);
    const upload = await create();
    const response = await put(upload, bytes, { 'content-type': 'application/x-www-form-urlencoded' });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      success: true,
      data: { upload_id: upload.id, reference: upload.reference, bytes: 300_000 },
    });
    const row = await rowOf(upload);
    expect(row).toMatchObject({ state: 'stored', bytes: 300_000 });
    const stored = await bench.services.storage.get(row.objectKey);
    expect(stored.contentType).toBe('audio/mpeg');
    const hash = createHash('sha256')
      .update(await buffer(stored.body))
      .digest('hex');
    expect(hash).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  test('bytes are on disk before the body has ended', async () => {
    const upload = await create();
    const body = openBody();
    const answer = put(upload, body.stream);
    body.send(randomBytes(400_000));
    await waitFor('400,000 bytes on disk', async () => (await bytesIncoming()) === 400_000);
    body.send(randomBytes(400_000));
    body.end();
    expect((await answer).status).toBe(200);
    expect((await rowOf(upload)).bytes).toBe(800_000);
  });

  test('a URL works once', async () => {
    const upload = await create();
    expect((await put(upload, 'first')).status).toBe(200);
    const second = await put(upload, 'second');
    expect(second.status).toBe(410);
    expect(await second.json()).toMatchObject({ success: false, error: { code: 'UPLOAD_EXPIRED' } });
    const stored = await bench.services.storage.get((await rowOf(upload)).objectKey);
    expect((await buffer(stored.body)).toString()).toBe('first');
  });

  test.each(['signature', 'expires'])('a changed %s is refused', async (name) => {
    const upload = await create();
    const url = new URL(upload.url);
    const value = url.searchParams.get(name) ?? '';
    url.searchParams.set(name, (value.startsWith('1') ? '2' : '1') + value.slice(1));
    const response = await put({ url: url.href }, 'bytes');
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ error: { code: 'SIGNATURE_INVALID' } });
    expect((await rowOf(upload)).state).toBe('pending');
  });

  test("one upload's signature opens no other upload", async () => {
    const [mine, other] = [await create(), await create()];
    const response = await put({ url: mine.url.replace(mine.id, other.id) }, 'bytes');
    expect(response.status).toBe(403);
  });

  test('a URL past its time is refused', async () => {
    const anHourAgo = new Date(Date.now() - 3601 * 1000);
    const upload = await createUpload(owner, { fileName: 'late.mp3', contentType: 'audio/mpeg' }, anHourAgo);
    const response = await put(upload, 'bytes');
    expect(response.status).toBe(410);
    expect(await response.json()).toMatchObject({ error: { code: 'UPLOAD_EXPIRED' } });
  });

  test('an upload that the sweep has removed is unknown', async () => {
    const upload = await create();
    await bench.services.db.delete(uploads).where(eq(uploads.id, upload.id));
    const response = await put(upload, 'bytes');
    expect(response.status).toBe(404);
  });

  test('an empty body is refused, and the URL still works', async () => {
    const upload = await create();
    const response = await put(upload, '');
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ error: { code: 'INPUT_EMPTY' } });
    expect((await put(upload, 'bytes')).status).toBe(200);
  });

  test('a Content-Length over the limit is refused before a byte is read', async () => {
    const upload = await create();
    const body = openBody();
    const response = await put(upload, body.stream, { 'content-length': '1000001' });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ error: { code: 'PAYLOAD_TOO_LARGE' } });
  });

  test('a body that is larger than it may be is refused as soon as it is', async () => {
    const upload = await create({ bytes: 10 });
    const body = openBody();
    const answer = put(upload, body.stream);
    body.send(Buffer.from('0123456789A'));
    // The body has not ended: only counting could know.
    expect((await answer).status).toBe(413);
    expect((await rowOf(upload)).state).toBe('pending');
  });

  test('fewer bytes than announced when it was created are refused', async () => {
    const upload = await create({ bytes: 10 });
    const response = await put(upload, '012345678');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'UPLOAD_INTERRUPTED' } });
    expect(await rowOf(upload)).toMatchObject({ state: 'pending', bytes: 10 });
    expect((await put(upload, '0123456789')).status).toBe(200);
  });

  test('a Content-Length other than the announced size is refused', async () => {
    const upload = await create({ bytes: 10 });
    const response = await put(upload, '012345678', { 'content-length': '9' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'INVALID_INPUT' } });
  });

  test('fewer bytes than the Content-Length says are refused', async () => {
    const upload = await create();
    const response = await put(upload, '012345678', { 'content-length': '10' });
    expect(await response.json()).toMatchObject({ error: { code: 'UPLOAD_INTERRUPTED' } });
  });

  test('after a connection broke, the same URL takes the file again', async () => {
    const upload = await create();
    const body = openBody();
    const answer = put(upload, body.stream);
    body.send(Buffer.from('half'));
    await waitFor('receiving', async () => (await rowOf(upload)).state === 'receiving');
    body.breakOff();
    expect(await (await answer).json()).toMatchObject({ error: { code: 'UPLOAD_INTERRUPTED' } });
    const row = await rowOf(upload);
    expect(row.state).toBe('pending');
    expect(await bench.services.storage.stat(row.objectKey)).toBeUndefined();
    expect((await put(upload, 'whole')).status).toBe(200);
  });

  test('a second try takes over from one that hangs, whose bytes are then lost', async () => {
    const upload = await create();
    const hanging = openBody();
    const first = put(upload, hanging.stream);
    hanging.send(Buffer.from('from the first'));
    await waitFor('receiving', async () => (await rowOf(upload)).state === 'receiving');
    expect((await put(upload, 'from the second')).status).toBe(200);
    hanging.end();
    expect((await first).status).toBe(410);
    const row = await rowOf(upload);
    expect(row).toMatchObject({ state: 'stored', bytes: 15 });
    const stored = await bench.services.storage.get(row.objectKey);
    expect((await buffer(stored.body)).toString()).toBe('from the second');
    expect(await objectsOf(upload)).toHaveLength(1);
  });

  test('a try of a process that crashed while receiving does not block the next one', async () => {
    const upload = await create();
    // It had stored its object, and ended before it could say so.
    const { objectKey } = await rowOf(upload);
    await bench.services.storage.put(objectKey, Readable.from([Buffer.from('half')]), { contentType: 'audio/mpeg' });
    await bench.services.db.update(uploads).set({ state: 'receiving' }).where(eq(uploads.id, upload.id));
    expect((await put(upload, 'bytes')).status).toBe(200);
    expect(await objectsOf(upload)).toHaveLength(1);
  });

  test('of many at once, exactly one is stored', async () => {
    const upload = await create();
    const tries = Array.from({ length: 8 }, (_, index) => put(upload, `try ${index}`));
    const statuses = (await Promise.all(tries)).map((response) => response.status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    const row = await rowOf(upload);
    const winner = statuses.indexOf(200);
    const stored = await bench.services.storage.get(row.objectKey);
    expect((await buffer(stored.body)).toString()).toBe(`try ${winner}`);
    expect(await objectsOf(upload)).toHaveLength(1);
  });

  test('a failing storage is a fault of ours, which the sender hears nothing more of', async () => {
    const upload = await create();
    await rename(incoming(), `${incoming()}-gone`);
    const response = await put(upload, 'bytes');
    await rename(`${incoming()}-gone`, incoming());
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(text).toContain('INTERNAL');
    expect(text).not.toContain('ENOENT');
    expect((await put(upload, 'bytes')).status).toBe(200);
  });
});
