import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { type Context, Hono } from 'hono';
import { contentDisposition } from '../../platform/storage/content-disposition.ts';
import { MEDIA_PREFIX } from '../../platform/storage/disk-store.ts';
import { type ObjectFacts, ObjectNotFound } from '../../platform/storage/object-store.ts';
import { signerOf } from '../../platform/storage/url-signature.ts';
import type { Services } from '../context.ts';
import type { HttpEnv } from '../http-env.ts';
import { NotFound, Refusal } from '../refusal.ts';
import { answerErrors } from '../rest/error-response.ts';
import { parseRange } from './byte-range.ts';

type MediaServices = Pick<Services, 'environment' | 'storage' | 'log'>;

/** `GET /media/…`: objects of the local disk, under the signed URLs that `DiskStore` hands out. */
export function mediaRoutes(services: MediaServices): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  const signer = signerOf(services.environment);
  app.onError(answerErrors(services.log));
  // Hono answers HEAD by this handler too, without the body; the handler then opens no file.
  app.get(`${MEDIA_PREFIX}*`, async (c) => {
    const verdict = signer.judge('GET', c.req.path, c.req.query());
    if (verdict === 'forged') throw new Refusal('SIGNATURE_INVALID', 'Use the URL exactly as it was handed out.');
    if (verdict === 'expired') throw new Refusal('URL_EXPIRED', 'This URL is past its time. Ask for a new one.');
    const key = c.req.path.slice(MEDIA_PREFIX.length);
    const facts = await services.storage.stat(key);
    if (facts === undefined) throw new NotFound('file');
    return answer(c, services, key, facts);
  });
  return app;
}

async function answer(
  c: Context<HttpEnv>,
  { storage }: MediaServices,
  key: string,
  facts: ObjectFacts,
): Promise<Response> {
  const etag = etagOf(key, facts);
  const headers = headersOf(c, key, facts, etag);
  if (c.req.header('if-none-match') === etag) return c.body(null, 304, headers);
  const ifRange = c.req.header('if-range');
  const wanted = ifRange === undefined || ifRange === etag ? c.req.header('range') : undefined;
  const range = parseRange(wanted, facts.bytes);
  if (range === 'unsatisfiable') {
    return c.body(null, 416, { 'Content-Range': `bytes */${facts.bytes}`, 'Accept-Ranges': 'bytes' });
  }
  const status = range === undefined ? 200 : 206;
  const length = range === undefined ? facts.bytes : range.last - range.first + 1;
  if (range !== undefined) headers['Content-Range'] = `bytes ${range.first}-${range.last}/${facts.bytes}`;
  headers['Content-Length'] = String(length);
  if (c.req.method === 'HEAD') return c.body(null, status, headers);
  try {
    const { body } = await storage.get(key, range);
    return c.body(webStream(body), status, headers);
  } catch (error) {
    if (error instanceof ObjectNotFound) throw new NotFound('file');
    throw error;
  }
}

/** Reads from the file as fast as the client does, and closes it when the client goes away. */
function webStream(body: Readable): ReadableStream<Uint8Array> {
  const chunks = body.iterator();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel() {
      body.destroy();
    },
  });
}

/** Objects never change under their key, so the key and the size name the content. */
function etagOf(key: string, { bytes }: ObjectFacts): string {
  return `"${createHash('sha256').update(`${key}\n${bytes}`).digest('base64url').slice(0, 22)}"`;
}

function headersOf(c: Context, key: string, facts: ObjectFacts, etag: string): Record<string, string> {
  const secondsLeft = Math.max(0, Math.floor(Number(c.req.query('expires')) - Date.now() / 1000));
  return {
    'Content-Type': facts.contentType,
    'Content-Disposition': contentDisposition(key, facts.contentType),
    'Accept-Ranges': 'bytes',
    ETag: etag,
    // The URL is the permission, so shared caches must not keep what it gave.
    'Cache-Control': `private, max-age=${secondsLeft}, immutable`,
    'X-Content-Type-Options': 'nosniff',
  };
}
