import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { S3Store } from '../../../platform/storage/s3-store.ts';
import { objectStoreContract } from './contract.ts';
import { type S3Server, startS3Server } from './s3-server.ts';

let server: S3Server;
let store: S3Store;

beforeAll(async () => {
  server = await startS3Server();
  store = new S3Store(server.options);
});
afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

describe('an S3 bucket', () => {
  objectStoreContract(() => store);

  test('hands out URLs that read the object with no other credential', async () => {
    await store.put('results/tlk_1/1.mp4', Readable.from([Buffer.from('hello')]), { contentType: 'video/mp4' });
    const url = await store.url('results/tlk_1/1.mp4', { expiresInSeconds: 60 });
    const response = await fetch(url);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('video/mp4');
    expect(response.headers.get('content-disposition')).toBe('inline; filename="tlk_1.mp4"');
    expect(await response.text()).toBe('hello');
    expect((await fetch(url.replace(/X-Amz-Signature=./, 'X-Amz-Signature=-'))).status).toBe(403);
  });

  test('hands out URLs of the public endpoint, for at most the week that S3 allows', async () => {
    await using behindProxy = new S3Store({ ...server.options, publicEndpoint: 'https://media.example' });
    const url = new URL(await behindProxy.url('a/b.mp4', { expiresInSeconds: 30 * 86_400 }));
    expect(url.origin).toBe('https://media.example');
    expect(url.pathname).toBe('/talkv2v/a/b.mp4');
    expect(url.searchParams.get('X-Amz-Expires')).toBe('604800');
  });

  test('does not answer a ping when the bucket is missing or the key is wrong', async () => {
    await using missing = new S3Store({ ...server.options, bucket: 'elsewhere' });
    await expect(missing.ping()).rejects.toThrow();
    const credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'wrong' };
    await using wrong = new S3Store({ ...server.options, credentials });
    await expect(wrong.ping()).rejects.toThrow();
  });
});
