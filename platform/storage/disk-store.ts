import { randomUUID } from 'node:crypto';
import { createWriteStream, type WriteStream } from 'node:fs';
import { access, constants, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { checkObjectKey } from './object-key.ts';
import {
  type ByteRange,
  type ObjectFacts,
  ObjectNotFound,
  type ObjectStore,
  type StoredObject,
} from './object-store.ts';
import type { UrlSigner } from './url-signature.ts';

/** No upload takes a day: a temporary file this old was left behind by a process that died. */
const ABANDONED_AFTER_MS = 24 * 3600 * 1000;

/** Where the server hands out the objects of this store. */
export const MEDIA_PREFIX = '/media/';

/**
 * Objects as files. Three folders: `incoming` for files that are being written, `data` for whole objects, `types` for
 * their content types. An object exists if and only if its file in `data` does, so its type is written before.
 */
export class DiskStore implements ObjectStore {
  readonly #root: string;
  readonly #signer: UrlSigner;

  private constructor(root: string, signer: UrlSigner) {
    this.#root = root;
    this.#signer = signer;
  }

  /** Makes the folders, and removes what crashed processes left half-written. Several processes may share a folder. */
  static async open(folder: string, signer: UrlSigner): Promise<DiskStore> {
    const store = new DiskStore(resolve(folder), signer);
    for (const name of ['incoming', 'data', 'types']) await mkdir(join(store.#root, name), { recursive: true });
    await store.#removeAbandoned();
    return store;
  }

  async put(
    key: string,
    body: Readable,
    options: { contentType: string; signal?: AbortSignal },
  ): Promise<{ bytes: number }> {
    const [data, type] = [this.#path('data', key), this.#path('types', key)];
    const incoming = join(this.#root, 'incoming', randomUUID());
    // `flush` is the fsync: without it a rename may survive a power failure that the bytes don't.
    const file = createWriteStream(incoming, { flags: 'wx', flush: true });
    try {
      await pipeline(body, file, { signal: options.signal });
      await mkdir(dirname(type), { recursive: true });
      await writeFile(type, options.contentType, { flush: true });
      await mkdir(dirname(data), { recursive: true });
      await rename(incoming, data);
      await flushFolder(dirname(data));
      return { bytes: file.bytesWritten };
    } catch (error) {
      // An abort may come while the file is being opened; removed before that, it would come into being afterwards.
      await closed(file);
      await rm(incoming, { force: true });
      throw error;
    }
  }

  async get(key: string, range?: ByteRange): Promise<StoredObject> {
    const orNotFound = (error: unknown) => {
      throw isMissing(error) ? new ObjectNotFound(key) : error;
    };
    const file = await open(this.#path('data', key)).catch(orNotFound);
    try {
      const { size } = await file.stat();
      if (range !== undefined && (range.first >= size || range.first > range.last)) {
        throw new RangeError(`object ${key} has ${size} bytes, asked for ${range.first}-${range.last}`);
      }
      const contentType = await readFile(this.#path('types', key), 'utf8').catch(orNotFound);
      // An empty file has no last byte to name.
      const body = file.createReadStream(range && { start: range.first, end: range.last });
      return { bytes: size, contentType, body };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async stat(key: string): Promise<ObjectFacts | undefined> {
    try {
      const { size } = await stat(this.#path('data', key));
      return { bytes: size, contentType: await readFile(this.#path('types', key), 'utf8') };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async remove(key: string): Promise<void> {
    await rm(this.#path('data', key), { force: true });
    await rm(this.#path('types', key), { force: true });
  }

  async url(key: string, options: { expiresInSeconds: number }): Promise<string> {
    checkObjectKey(key);
    return this.#signer.sign('GET', MEDIA_PREFIX + key, new Date(Date.now() + options.expiresInSeconds * 1000));
  }

  async ping(): Promise<void> {
    await access(join(this.#root, 'incoming'), constants.W_OK);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing stays open between calls.
  }

  #path(folder: 'data' | 'types', key: string): string {
    checkObjectKey(key);
    return join(this.#root, folder, key);
  }

  async #removeAbandoned(): Promise<void> {
    const folder = join(this.#root, 'incoming');
    for (const name of await readdir(folder)) {
      const path = join(folder, name);
      const facts = await stat(path).catch(unlessMissing);
      if (facts !== undefined && Date.now() - facts.mtimeMs > ABANDONED_AFTER_MS) await rm(path, { force: true });
    }
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

function unlessMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
  return undefined;
}

/** A new name is on disk only when its folder is. */
async function flushFolder(path: string): Promise<void> {
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Resolves when the stream has closed its file, whether it succeeded or was torn down. */
function closed(file: WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (file.closed) resolve();
    else file.once('close', resolve);
  });
}
