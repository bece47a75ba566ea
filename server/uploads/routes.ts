import { Hono } from 'hono';
import { signerOf } from '../../platform/storage/url-signature.ts';
import { uploadReference } from '../../schema/upload.ts';
import type { Services } from '../context.ts';
import type { HttpEnv } from '../http-env.ts';
import { InvalidInput, Refusal } from '../refusal.ts';
import { answerErrors } from '../rest/error-response.ts';
import { receiveUpload } from './receive-upload.ts';

/** `PUT /uploads/:id`: the one-time URL that `createUpload` hands out. The signature stands for the api-key. */
export function uploadRoutes(services: Pick<Services, 'environment' | 'db' | 'storage' | 'log'>): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  const signer = signerOf(services.environment);
  app.onError(answerErrors(services.log));
  app.put('/uploads/:id', async (c) => {
    const verdict = signer.judge('PUT', c.req.path, c.req.query());
    if (verdict === 'forged') {
      throw new Refusal('SIGNATURE_INVALID', 'Use the upload URL exactly as it was handed out.');
    }
    if (verdict === 'expired') {
      throw new Refusal('UPLOAD_EXPIRED', 'This upload URL is past its time. Create another upload.');
    }
    const upload = await receiveUpload(services, c.req.param('id'), {
      body: c.req.raw.body,
      contentLength: contentLength(c.req.header('content-length')),
    });
    return c.json({
      success: true,
      data: { upload_id: upload.id, reference: uploadReference(upload.id), bytes: upload.bytes },
    });
  });
  return app;
}

/** undefined for a body in chunks, which announces no length. */
function contentLength(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const bytes = Number(header);
  if (Number.isSafeInteger(bytes) && bytes >= 0) return bytes;
  throw new InvalidInput([{ path: 'Content-Length', message: 'must be a whole number of bytes' }]);
}
