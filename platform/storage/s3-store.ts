import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  NotFound,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { contentDisposition } from './content-disposition.ts';
import { checkObjectKey } from './object-key.ts';
import {
  type ByteRange,
  type ObjectFacts,
  ObjectNotFound,
  type ObjectStore,
  type StoredObject,
} from './object-store.ts';

export interface S3Options {
  readonly bucket: string;
  readonly region: string;
  readonly endpoint?: string;
  /** Stands in the URLs handed out, where clients reach the service by another name than the servers do. */
  readonly publicEndpoint?: string;
  /** Without them, the AWS default chain: environment, profile, instance role. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** S3 takes at most 10,000 parts: 80 GB an object. Parts in flight are held in memory: 4 of 8 MiB. */
const PART_BYTES = 8 * 1024 * 1024;
const PARTS_IN_FLIGHT = 4;
/** S3 refuses longer-lived signatures (Signature Version 4). */
const MAX_URL_SECONDS = 7 * 24 * 3600;
/** Nothing is ever stored under it. */
const PING_KEY = 'ping';
/** For objects that were put into the bucket by somebody else without a type. */
const UNKNOWN_TYPE = 'application/octet-stream';

/** Objects in an S3 bucket, of AWS or of any service that speaks its protocol. */
export class S3Store implements ObjectStore {
  readonly #bucket: string;
  readonly #client: S3Client;
  readonly #publicClient: S3Client;

  constructor(options: S3Options) {
    this.#bucket = options.bucket;
    this.#client = clientFor(options, options.endpoint);
    this.#publicClient =
      options.publicEndpoint === undefined ? this.#client : clientFor(options, options.publicEndpoint);
  }

  async put(
    key: string,
    body: Readable,
    options: { contentType: string; signal?: AbortSignal },
  ): Promise<{ bytes: number }> {
    checkObjectKey(key);
    options.signal?.throwIfAborted();
    let bytes = 0;
    const upload = new Upload({
      client: this.#client,
      params: {
        Bucket: this.#bucket,
        Key: key,
        Body: body,
        ContentType: options.contentType,
        ContentDisposition: contentDisposition(key, options.contentType),
      },
      partSize: PART_BYTES,
      queueSize: PARTS_IN_FLIGHT,
    });
    upload.on('httpUploadProgress', (progress) => {
      bytes = progress.loaded ?? bytes;
    });
    const abort = () => void upload.abort();
    options.signal?.addEventListener('abort', abort, { once: true });
    try {
      await upload.done();
    } catch (error) {
      // When the source breaks, that is the news; taking the parts back may have failed on top of it.
      const cause = options.signal?.reason ?? body.errored ?? error;
      // A body that nobody reads any more would keep its source open.
      body.destroy();
      throw cause;
    } finally {
      options.signal?.removeEventListener('abort', abort);
    }
    return { bytes };
  }

  async get(key: string, range?: ByteRange): Promise<StoredObject> {
    checkObjectKey(key);
    const Range = range && `bytes=${range.first}-${range.last}`;
    try {
      const found = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key, Range }));
      if (!(found.Body instanceof Readable)) throw new TypeError('the S3 client gave no stream');
      return { ...factsOf(found), body: found.Body };
    } catch (error) {
      if (error instanceof NoSuchKey) throw new ObjectNotFound(key);
      if (isInvalidRange(error)) throw new RangeError(`object ${key} has no bytes ${Range}`, { cause: error });
      throw error;
    }
  }

  async stat(key: string): Promise<ObjectFacts | undefined> {
    checkObjectKey(key);
    try {
      return factsOf(await this.#client.send(new HeadObjectCommand({ Bucket: this.#bucket, Key: key })));
    } catch (error) {
      if (error instanceof NotFound) return undefined;
      throw error;
    }
  }

  async remove(key: string): Promise<void> {
    checkObjectKey(key);
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: key }));
  }

  async url(key: string, options: { expiresInSeconds: number }): Promise<string> {
    checkObjectKey(key);
    return getSignedUrl(this.#publicClient, new GetObjectCommand({ Bucket: this.#bucket, Key: key }), {
      expiresIn: Math.min(options.expiresInSeconds, MAX_URL_SECONDS),
    });
  }

  async ping(): Promise<void> {
    // A read that must miss: the answer to HeadBucket has no body, so it can't say what is wrong.
    try {
      const found = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: PING_KEY }));
      if (found.Body instanceof Readable) found.Body.destroy();
    } catch (error) {
      if (!(error instanceof NoSuchKey)) throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.destroy();
    this.#publicClient.destroy();
  }
}

function clientFor(options: S3Options, endpoint: string | undefined): S3Client {
  return new S3Client({
    region: options.region,
    credentials: options.credentials,
    endpoint,
    // Other services than AWS rarely have a DNS name per bucket.
    forcePathStyle: endpoint !== undefined,
    // The SDK's default checksums are trailers that many S3-compatible services refuse.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}

/** The size of the whole object: an answer to a range names it after the slash, `bytes 0-99/1234`. */
function factsOf(found: { ContentLength?: number; ContentRange?: string; ContentType?: string }): ObjectFacts {
  const whole = found.ContentRange?.split('/')[1] ?? found.ContentLength;
  return { bytes: Number(whole), contentType: found.ContentType ?? UNKNOWN_TYPE };
}

function isInvalidRange(error: unknown): boolean {
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === 416;
}
