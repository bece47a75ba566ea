import type { Readable } from 'node:stream';

/**
 * Where inputs and results lie. Keys are paths of safe characters (`results/<jobId>/<attempt>.mp4`), made by us, never
 * by a caller.
 */
export interface ObjectStore extends AsyncDisposable {
  /** Stores the stream under the key; the object appears whole or not at all. Memory stays flat. */
  put(key: string, body: Readable, options: { contentType: string; signal?: AbortSignal }): Promise<{ bytes: number }>;
  /**
   * The object, or a range of its bytes; a range may reach over the end. Throws `ObjectNotFound`, and `RangeError` when
   * the range begins behind the end. The caller must read or destroy the body.
   */
  get(key: string, range?: ByteRange): Promise<StoredObject>;
  /** undefined when there is no such object. */
  stat(key: string): Promise<ObjectFacts | undefined>;
  /** Removing what isn't there is no error. */
  remove(key: string): Promise<void>;
  /** A URL that reads the object, without any other credential, until it expires. */
  url(key: string, options: { expiresInSeconds: number }): Promise<string>;
  /** Rejects when objects can't be stored or read right now. */
  ping(): Promise<void>;
}

export interface ObjectFacts {
  /** Size of the whole object, whatever range of it was asked for. */
  readonly bytes: number;
  readonly contentType: string;
}

export interface StoredObject extends ObjectFacts {
  readonly body: Readable;
}

/** First and last byte, both included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

export class ObjectNotFound extends Error {
  override readonly name = 'ObjectNotFound';
  constructor(key: string) {
    super(`there is no object ${key}`);
  }
}

/** `receipt` is new for every try to upload, so that a late try can't overwrite what an earlier one stored. */
export function uploadKey(accountId: string, uploadId: string, receipt: string): string {
  return `uploads/${accountId}/${uploadId}-${receipt}`;
}

/** The attempt stands in the key, so that a worker that lost its lease can't overwrite the winner's file. */
export function resultKeys(jobId: string, attempt: number): { video: string; poster: string } {
  return { video: `results/${jobId}/${attempt}.mp4`, poster: `results/${jobId}/${attempt}.jpg` };
}
