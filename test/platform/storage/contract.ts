import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { UnsafeObjectKey } from '../../../platform/storage/object-key.ts';
import { ObjectNotFound, type ObjectStore } from '../../../platform/storage/object-store.ts';

/** More than two parts of a multipart upload, and no multiple of anything. */
const LARGE_BYTES = 20_000_003;

/** What every object store promises; each store's test file runs all of it against the real thing. */
export function objectStoreContract(current: () => ObjectStore): void {
  const put = (key: string, bytes: Uint8Array, contentType = 'video/mp4') =>
    current().put(key, Readable.from([bytes]), { contentType });
  const read = async (key: string, range?: { first: number; last: number }) => {
    const found = await current().get(key, range);
    return { ...found, body: await buffer(found.body) };
  };

  test('gives back what was stored, with its size and type', async () => {
    const bytes = randomBytes(1000);
    expect(await put('results/tlk_1/1.mp4', bytes)).toEqual({ bytes: 1000 });
    expect(await read('results/tlk_1/1.mp4')).toEqual({ bytes: 1000, contentType: 'video/mp4', body: bytes });
    expect(await current().stat('results/tlk_1/1.mp4')).toEqual({ bytes: 1000, contentType: 'video/mp4' });
  });

  test('stores a stream of many chunks whose length nobody announced', async () => {
    const hash = createHash('sha256');
    async function* chunks() {
      for (let left = LARGE_BYTES; left > 0; left -= 65_536) {
        const chunk = randomBytes(Math.min(left, 65_536));
        hash.update(chunk);
        yield chunk;
      }
    }
    const stored = await current().put('large', Readable.from(chunks()), { contentType: 'video/quicktime' });
    expect(stored.bytes).toBe(LARGE_BYTES);
    const { body } = await read('large');
    expect(createHash('sha256').update(body).digest('hex')).toBe(hash.digest('hex'));
  });

  test('stores an empty object', async () => {
    expect(await put('empty', new Uint8Array())).toEqual({ bytes: 0 });
    expect((await read('empty')).body).toHaveLength(0);
  });

  test('gives a range of the bytes and the size of the whole', async () => {
    await put('ranges', Buffer.from('0123456789'));
    const middle = await read('ranges', { first: 2, last: 4 });
    expect(middle.body.toString()).toBe('234');
    expect(middle.bytes).toBe(10);
    const beyond = await read('ranges', { first: 8, last: 99 });
    expect(beyond.body.toString()).toBe('89');
  });

  test('refuses a range that begins behind the end', async () => {
    await put('short', Buffer.from('0123'));
    await expect(current().get('short', { first: 4, last: 9 })).rejects.toThrow(RangeError);
  });

  test('replaces an object', async () => {
    await put('replaced', Buffer.from('old and longer'), 'video/mp4');
    await put('replaced', Buffer.from('new'), 'audio/wav');
    expect(await read('replaced')).toMatchObject({ bytes: 3, contentType: 'audio/wav', body: Buffer.from('new') });
  });

  test('says of a missing object that it is missing', async () => {
    expect(await current().stat('no/such')).toBeUndefined();
    await expect(current().get('no/such')).rejects.toThrow(ObjectNotFound);
  });

  test('removes an object, and does not mind when there is none', async () => {
    await put('removed', Buffer.from('x'));
    await current().remove('removed');
    expect(await current().stat('removed')).toBeUndefined();
    await current().remove('removed');
  });

  test('leaves nothing behind when the source of a stream fails', async () => {
    async function* failing() {
      yield randomBytes(9_000_000);
      throw new Error('the source broke');
    }
    const stored = current().put('failing', Readable.from(failing()), { contentType: 'video/mp4' });
    await expect(stored).rejects.toThrow('the source broke');
    expect(await current().stat('failing')).toBeUndefined();
  });

  test('keeps the old object while a failing stream would have replaced it', async () => {
    await put('kept', Buffer.from('whole'));
    async function* failing() {
      yield Buffer.from('half');
      throw new Error('the source broke');
    }
    await expect(current().put('kept', Readable.from(failing()), { contentType: 'video/mp4' })).rejects.toThrow(
      'the source broke',
    );
    expect((await read('kept')).body.toString()).toBe('whole');
  });

  test('stops at once when it is aborted, and closes the source', async () => {
    const abort = new AbortController();
    const reason = new Error('enough');
    async function* endless() {
      for (let chunk = 0; ; chunk += 1) {
        if (chunk === 200) abort.abort(reason);
        yield randomBytes(65_536);
      }
    }
    const source = Readable.from(endless());
    const stored = current().put('aborted', source, { contentType: 'video/mp4', signal: abort.signal });
    await expect(stored).rejects.toThrow();
    expect(source.destroyed).toBe(true);
    expect(await current().stat('aborted')).toBeUndefined();
  });

  test('refuses to start when it was aborted before', async () => {
    const source = Readable.from([Buffer.from('x')]);
    const stored = current().put('never', source, { contentType: 'video/mp4', signal: AbortSignal.abort() });
    await expect(stored).rejects.toThrow();
    expect(await current().stat('never')).toBeUndefined();
  });

  test.each([
    '../outside',
    'a/../../outside',
    '/absolute',
    'a//b',
    'a/.hidden',
    'a\\b',
    'a/%2e%2e/b',
    '',
    'a/',
    'ü',
    'a\0b',
  ])('refuses the key %j everywhere', async (key) => {
    const store = current();
    await expect(put(key, Buffer.from('x'))).rejects.toThrow(UnsafeObjectKey);
    await expect(store.get(key)).rejects.toThrow(UnsafeObjectKey);
    await expect(store.stat(key)).rejects.toThrow(UnsafeObjectKey);
    await expect(store.remove(key)).rejects.toThrow(UnsafeObjectKey);
    await expect(store.url(key, { expiresInSeconds: 60 })).rejects.toThrow(UnsafeObjectKey);
  });

  test('is reachable', async () => {
    await expect(current().ping()).resolves.toBeUndefined();
  });
}
