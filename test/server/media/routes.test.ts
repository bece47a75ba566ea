import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEnvironment } from '../../../platform/env.ts';
import type { ObjectStore } from '../../../platform/storage/object-store.ts';
import { openObjectStore } from '../../../platform/storage/open-store.ts';
import { signerOf } from '../../../platform/storage/url-signature.ts';
import { mediaRoutes } from '../../../server/media/routes.ts';
import { waitFor } from '../../support/wait-for.ts';
import { log } from '../services.ts';

const KEY = 'results/tlk_1777360165746_xyz789/2.mp4';
const BYTES = randomBytes(300_000);

let storage: ObjectStore;
let app: ReturnType<typeof mediaRoutes>;
let folder: string;
let sign: (path: string, expiresAt: Date) => string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'talkv2v-media-'));
  const environment = readEnvironment({
    DATABASE_URL: 'postgres://unused',
    NATS_URL: 'nats://unused',
    URL_SIGNING_SECRET: 'a secret that only this test run knows',
    DATA_DIR: folder,
  });
  storage = await openObjectStore(environment);
  app = mediaRoutes({ environment, storage, log });
  const signer = signerOf(environment);
  sign = (path, expiresAt) => signer.sign('GET', path, expiresAt);
  await storage.put(KEY, Readable.from([BYTES]), { contentType: 'video/mp4' });
});
afterAll(async () => {
  await storage[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const url = (key = KEY) => storage.url(key, { expiresInSeconds: 60 });
const get = async (headers: Record<string, string> = {}, method = 'GET') =>
  app.request(await url(), { method, headers });
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

test('hands out the whole object, to be played in place and saved under the name of its job', async () => {
  const response = await get();
  expect(response.status).toBe(200);
  expect((await bytesOf(response)).equals(BYTES)).toBe(true);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'video/mp4',
    'content-length': '300000',
    'content-disposition': 'inline; filename="tlk_1777360165746_xyz789.mp4"',
    'accept-ranges': 'bytes',
    'x-content-type-options': 'nosniff',
  });
  const [, seconds] = /^private, max-age=([0-9]+), immutable$/.exec(response.headers.get('cache-control') ?? '') ?? [];
  expect(Number(seconds)).toBeGreaterThan(50);
  expect(Number(seconds)).toBeLessThanOrEqual(60);
});

test('hands out a range', async () => {
  const response = await get({ range: 'bytes=100000-199999' });
  expect(response.status).toBe(206);
  expect(response.headers.get('content-range')).toBe('bytes 100000-199999/300000');
  expect(response.headers.get('content-length')).toBe('100000');
  expect((await bytesOf(response)).equals(BYTES.subarray(100_000, 200_000))).toBe(true);
});

test('says how long the object is when a range begins behind its end', async () => {
  const response = await get({ range: 'bytes=300000-' });
  expect(response.status).toBe(416);
  expect(response.headers.get('content-range')).toBe('bytes */300000');
});

test('HEAD answers as GET would, without the body', async () => {
  const response = await get({}, 'HEAD');
  expect(response.status).toBe(200);
  expect(response.headers.get('content-length')).toBe('300000');
  expect(await bytesOf(response)).toHaveLength(0);
  const range = await get({ range: 'bytes=0-9' }, 'HEAD');
  expect(range.status).toBe(206);
  expect(range.headers.get('content-length')).toBe('10');
});

test('what the client has already is not sent again, and a range of something else is not mixed with it', async () => {
  const etag = (await get({}, 'HEAD')).headers.get('etag') ?? '';
  expect(etag).toMatch(/^"[\w-]+"$/);
  expect((await get({ 'if-none-match': etag })).status).toBe(304);
  expect((await get({ 'if-range': etag, range: 'bytes=0-9' })).status).toBe(206);
  const changed = await get({ 'if-range': '"something-else"', range: 'bytes=0-9' });
  expect(changed.status).toBe(200);
  await changed.body?.cancel();
});

test('what browsers could run is only ever downloaded', async () => {
  await storage.put('uploads/acc_1/upl_1-r', Readable.from([Buffer.from('x')]), {
    contentType: 'application/octet-stream',
  });
  const response = await app.request(await url('uploads/acc_1/upl_1-r'));
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="upl_1-r"');
  expect(await response.text()).toBe('x');
});

test.each([
  ['no signature', (signed: string) => signed.replace(/&signature=.*/, '')],
  ['no query', (signed: string) => signed.replace(/\?.*/, '')],
  [
    'another signature',
    (signed: string) => signed.replace(/signature=(.)/, (_, first) => `signature=${first === 'A' ? 'B' : 'A'}`),
  ],
  [
    'a later expiry',
    (signed: string) => signed.replace(/expires=([0-9]+)/, (_, time) => `expires=${Number(time) + 1}`),
  ],
  ['another object', (signed: string) => signed.replace('/2.mp4', '/1.mp4')],
  ['a way out of the folder', (signed: string) => signed.replace('/results/', '/results/..%2f..%2f')],
])('%s is refused', async (_, change) => {
  const response = await app.request(change(await url()));
  expect(response.status).toBe(403);
  expect(await response.json()).toMatchObject({ success: false, error: { code: 'SIGNATURE_INVALID' } });
});

test('a URL past its time is refused', async () => {
  const response = await app.request(sign(`/media/${KEY}`, new Date(Date.now() - 2000)));
  expect(response.status).toBe(410);
  expect(await response.json()).toMatchObject({ error: { code: 'URL_EXPIRED' } });
});

test('an object that is gone is not found', async () => {
  const response = await app.request(await url('results/tlk_1/9.mp4'));
  expect(response.status).toBe(404);
});

test.runIf(existsSync('/proc/self/fd'))('a client that goes away leaves no file open', async () => {
  const openFiles = async () => {
    const targets = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''));
    return (await Promise.all(targets)).filter((target) => target.startsWith(folder)).length;
  };
  const responses = await Promise.all(Array.from({ length: 20 }, () => get()));
  expect(await openFiles()).toBe(20);
  await Promise.all(responses.map((response) => response.body?.cancel()));
  // Sooner than the garbage collector would close them.
  await waitFor('the files to be closed', async () => (await openFiles()) === 0, 1_000);
});
