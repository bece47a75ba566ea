import { OpenAPIHono } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { requestInput, snakeCase } from '../../schema/rest.ts';
import { type AccountContext, openContext, requireAccount, type Services } from '../context.ts';
import { API_KEY_HEADER, type HttpEnv, JSON_BODY_LIMIT_BYTES } from '../http-env.ts';
import { InvalidInput, PayloadTooLarge } from '../refusal.ts';
import { createUpload } from '../uploads/create-upload.ts';
import { cancelJob } from '../use-cases/cancel.ts';
import { issuesOf, parseRequest } from '../use-cases/check-request.ts';
import { estimateSeconds } from '../use-cases/estimate.ts';
import { findJob } from '../use-cases/find-job.ts';
import { listJobs } from '../use-cases/list-jobs.ts';
import { priceOf } from '../use-cases/quote.ts';
import { resultUrls } from '../use-cases/result-urls.ts';
import { submitTalkV2V } from '../use-cases/submit.ts';
import { answerErrors } from './error-response.ts';
import {
  canceledBody,
  jobsBody,
  restTime,
  resultBody,
  resultOf,
  statusBody,
  statusesOf,
  submittedBody,
} from './job-bodies.ts';
import { openApiDocument } from './openapi.ts';
import {
  cancelRoute,
  createUploadRoute,
  IDEMPOTENCY_HEADER,
  jobsRoute,
  resultRoute,
  statusRoute,
  submitRoute,
} from './routes.ts';

interface RestEnv {
  Variables: HttpEnv['Variables'] & { context: AccountContext };
}

/** The partners' paths: the same use-cases as GraphQL, in the names and shapes of their contract. */
export function restRoutes(services: Services): OpenAPIHono<RestEnv> {
  const app = new OpenAPIHono<RestEnv>({
    defaultHook: (result) => {
      if (!result.success) throw new InvalidInput(issuesOf(result.error, 'data' in result ? result.data : undefined));
    },
  });
  app.onError(answerErrors(services.log));

  const document = openApiDocument();
  app.get('/openapi.json', (c) => c.json(document));

  for (const path of ['/ai/generation/*', '/uploads']) app.use(path, authenticate(services), limitBody);

  app.openapi(submitRoute, async (c) => {
    const context = c.get('context');
    const body = await inRestNames(async () => {
      const input = parseRequest(requestInput(c.req.valid('json')));
      const { outputSeconds } = priceOf(context, input);
      const estimatedSeconds = await estimateSeconds(context, { resolution: input.resolution, outputSeconds });
      const job = await submitTalkV2V(context, { input, idempotencyKey: c.req.header(IDEMPOTENCY_HEADER) });
      return submittedBody(job, estimatedSeconds);
    });
    return c.json(body, 200);
  });

  app.openapi(statusRoute, async (c) => {
    const job = await findJob(c.get('context'), c.req.valid('query').jobId);
    return c.json(statusBody(job), 200);
  });

  app.openapi(resultRoute, async (c) => {
    const job = await findJob(c.get('context'), c.req.valid('query').jobId);
    const result = resultOf(job);
    const { url } = await resultUrls(services, result);
    return c.json(resultBody(job, result, url), 200);
  });

  app.openapi(cancelRoute, async (c) => {
    const cancellation = await cancelJob(c.get('context'), c.req.valid('query').jobId);
    return c.json(canceledBody(cancellation), 200);
  });

  app.openapi(jobsRoute, async (c) => {
    const { limit, cursor, status } = c.req.valid('query');
    const query = { first: limit, after: cursor, statuses: status && statusesOf(status) };
    const page = await inRestNames(() => listJobs(c.get('context'), query));
    return c.json(jobsBody(page), 200);
  });

  app.openapi(createUploadRoute, async (c) => {
    const { file_name: fileName, content_type: contentType, bytes } = c.req.valid('json');
    const upload = await createUpload(c.get('context'), { fileName, contentType, bytes });
    const data = {
      upload_id: upload.id,
      reference: upload.reference,
      upload_url: upload.url,
      max_bytes: upload.maxBytes,
      expires_at: restTime(upload.expiresAt),
    };
    return c.json({ success: true as const, data }, 200);
  });

  return app;
}

function authenticate(services: Services): MiddlewareHandler<RestEnv> {
  return async (c, next) => {
    const caller = { requestId: c.get('requestId'), apiKey: c.req.header(API_KEY_HEADER) };
    c.set('context', requireAccount(await openContext(services, caller)));
    await next();
  };
}

const limitBody = bodyLimit({
  maxSize: JSON_BODY_LIMIT_BYTES,
  onError: () => {
    throw new PayloadTooLarge(JSON_BODY_LIMIT_BYTES);
  },
});

/** The use-cases speak of `imageSize`; a caller who wrote `image_size` should read that. */
async function inRestNames<Value>(run: () => Promise<Value>): Promise<Value> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    throw new InvalidInput(error.issues.map((issue) => ({ ...issue, path: restName(issue.path) })));
  }
}

/** Where REST's name is another word, not only another spelling. */
const OTHER_WORDS: Record<string, string> = { idempotencyKey: IDEMPOTENCY_HEADER, after: 'cursor' };

function restName(path: string): string {
  return OTHER_WORDS[path] ?? snakeCase(path);
}
