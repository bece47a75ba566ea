import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EnvironmentError } from '../../../platform/env.ts';
import { DiskStore } from '../../../platform/storage/disk-store.ts';
import { openObjectStore } from '../../../platform/storage/open-store.ts';
import { S3Store } from '../../../platform/storage/s3-store.ts';

const base = {
  URL_SIGNING_SECRET: 'a secret of at least 32 characters',
  PORT: 4000,
  PUBLIC_URL: undefined,
  S3_BUCKET: undefined,
  S3_ENDPOINT: undefined,
  S3_PUBLIC_ENDPOINT: undefined,
  S3_REGION: 'us-east-1',
  S3_ACCESS_KEY_ID: undefined,
  S3_SECRET_ACCESS_KEY: undefined,
};

let DATA_DIR: string;
beforeAll(async () => {
  DATA_DIR = await mkdtemp(join(tmpdir(), 'talkv2v-open-'));
});
afterAll(() => rm(DATA_DIR, { recursive: true, force: true }));

test('without a bucket, objects lie on the local disk, under URLs of the server', async () => {
  await using store = await openObjectStore({ ...base, DATA_DIR });
  expect(store).toBeInstanceOf(DiskStore);
  expect(await store.url('a', { expiresInSeconds: 60 })).toMatch(/^http:\/\/localhost:4000\/media\/a\?expires=/);
  await using behindProxy = await openObjectStore({ ...base, DATA_DIR, PUBLIC_URL: 'https://talk.example' });
  expect(await behindProxy.url('a', { expiresInSeconds: 60 })).toMatch(/^https:\/\/talk\.example\/media\/a\?expires=/);
});

test('with a bucket, objects lie in S3', async () => {
  await using store = await openObjectStore({ ...base, DATA_DIR, S3_BUCKET: 'talkv2v' });
  expect(store).toBeInstanceOf(S3Store);
});

test('half a pair of S3 credentials is refused instead of ignored', async () => {
  const half = { ...base, DATA_DIR, S3_BUCKET: 'talkv2v', S3_ACCESS_KEY_ID: 'id' };
  await expect(openObjectStore(half)).rejects.toThrow(EnvironmentError);
});
