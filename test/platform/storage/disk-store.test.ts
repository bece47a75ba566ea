import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DiskStore } from '../../../platform/storage/disk-store.ts';
import { UrlSigner } from '../../../platform/storage/url-signature.ts';
import { objectStoreContract } from './contract.ts';

const signer = new UrlSigner({ secret: 'a secret of at least 32 characters', baseUrl: 'https://media.example/' });

let folder: string;
let store: DiskStore;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'talkv2v-disk-'));
  store = await DiskStore.open(folder, signer);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a local folder', () => {
  objectStoreContract(() => store);

  test('hands out signed URLs of the server', async () => {
    const url = new URL(await store.url('results/tlk_1/1.mp4', { expiresInSeconds: 60 }));
    expect(url.origin + url.pathname).toBe('https://media.example/media/results/tlk_1/1.mp4');
    expect(signer.judge('GET', url.pathname, Object.fromEntries(url.searchParams))).toBe('valid');
  });

  test('shows an object only when all of it is on disk', async () => {
    let finish = () => {};
    const half = new Promise<void>((resolve) => {
      finish = resolve;
    });
    async function* slow() {
      yield Buffer.from('first half, ');
      await half;
      yield Buffer.from('second half');
    }
    const stored = store.put('slow', Readable.from(slow()), { contentType: 'video/mp4' });
    expect(await store.stat('slow')).toBeUndefined();
    finish();
    await stored;
    expect(await store.stat('slow')).toEqual({ bytes: 23, contentType: 'video/mp4' });
  });

  test('removes what a crashed process left half-written, but not what is being written', async () => {
    const yesterday = new Date(Date.now() - 25 * 3600 * 1000);
    await writeFile(join(folder, 'incoming', 'crashed'), 'half');
    await utimes(join(folder, 'incoming', 'crashed'), yesterday, yesterday);
    await writeFile(join(folder, 'incoming', 'running'), 'half');
    await DiskStore.open(folder, signer);
    expect(await readdir(join(folder, 'incoming'))).toEqual(['running']);
    await rm(join(folder, 'incoming', 'running'));
  });

  test('leaves no half-written file behind an abort, however early it comes', async () => {
    const before = await readdir(join(folder, 'incoming'));
    const abort = new AbortController();
    const options = { contentType: 'video/mp4', signal: abort.signal };
    const stored = store.put('aborted', Readable.from([Buffer.alloc(1000)]), options);
    abort.abort(new Error('enough'));
    await expect(stored).rejects.toThrow();
    expect(await readdir(join(folder, 'incoming'))).toEqual(before);
  });

  test('does not answer a ping when its folder is gone', async () => {
    const other = await mkdtemp(join(tmpdir(), 'talkv2v-disk-'));
    const lost = await DiskStore.open(other, signer);
    await rm(other, { recursive: true });
    await expect(lost.ping()).rejects.toThrow('ENOENT');
  });
});
