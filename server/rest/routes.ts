import { createRoute, z } from '@hono/zod-openapi';
import { ERROR_CODES, ERRORS, type ErrorCode } from '../../schema/errors.ts';
import {
  REST_STATUSES,
  restCanceled,
  restError,
  restJobs,
  restRequest,
  restResult,
  restStatus,
  restSubmitted,
  restUpload,
  restUploaded,
  restUploadRequest,
} from '../../schema/rest.ts';
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from '../use-cases/page.ts';

/** The paths of the partners' contract, as data: what `rest/app.ts` serves and `openapi.json` describes. */

export const IDEMPOTENCY_HEADER = 'Idempotency-Key';

const json = <Schema extends z.ZodType>(schema: Schema) => ({ 'application/json': { schema } });
const success = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: json(schema),
});

/** The answers of a route that are errors: for every status, the codes that it can carry and what they mean. */
function errors(...codes: readonly ErrorCode[]) {
  const answers: Record<
    number,
    { description: string; content: { 'application/json': { schema: typeof restError } } }
  > = {};
  for (const code of codes) {
    const { status, meaning } = ERRORS[code];
    const line = `${code}: ${meaning}`;
    const before = answers[status]?.description;
    answers[status] = { description: before ? `${before}\n\n${line}` : line, content: json(restError) };
  }
  return answers;
}

const withKey = { security: [{ apiKey: [] }] };
const jobQuery = z.object({
  jobId: z.string().min(1).max(200).meta({ example: 'tlk_1777360165746_xyz789' }),
});

export const submitRoute = createRoute({
  ...withKey,
  method: 'post',
  path: '/ai/generation/talk-v2v/generate-async',
  operationId: 'submitTalkV2V',
  summary: 'Submit a job',
  request: {
    headers: z.object({
      [IDEMPOTENCY_HEADER]: z
        .string()
        .optional()
        .describe(
          'Up to 255 characters. Repeats with the same key give the same job: a submit can be retried without paying twice.',
        ),
    }),
    body: { required: true, content: json(restRequest) },
  },
  responses: {
    200: success(restSubmitted, 'The job is queued and its credits are held.'),
    ...errors(
      'INVALID_INPUT',
      'UNKNOWN_FIELD',
      'MODEL_NOT_FOUND',
      'UNAUTHENTICATED',
      'INSUFFICIENT_CREDITS',
      'IDEMPOTENCY_CONFLICT',
      'UPLOAD_NOT_READY',
      'PAYLOAD_TOO_LARGE',
      'UNSUPPORTED_MEDIA_TYPE',
      'INTERNAL',
    ),
  },
});

export const statusRoute = createRoute({
  ...withKey,
  method: 'get',
  path: '/ai/generation/status',
  operationId: 'jobStatus',
  summary: 'Check how far a job is',
  request: { query: jobQuery },
  responses: {
    200: success(restStatus, 'The job as it is now.'),
    ...errors('INVALID_INPUT', 'UNAUTHENTICATED', 'NOT_FOUND', 'INTERNAL'),
  },
});

export const cancelRoute = createRoute({
  ...withKey,
  method: 'post',
  path: '/ai/generation/cancel',
  operationId: 'cancelJob',
  summary: 'Cancel a job',
  description: 'Works in every state of a job. Its credits come back at once; the status is failed then, of CANCELED.',
  request: { query: jobQuery },
  responses: {
    200: success(restCanceled, 'What the cancellation met.'),
    ...errors('INVALID_INPUT', 'UNAUTHENTICATED', 'NOT_FOUND', 'INTERNAL'),
  },
});

export const jobsRoute = createRoute({
  ...withKey,
  method: 'get',
  path: '/ai/generation/jobs',
  operationId: 'listJobs',
  summary: 'List jobs, newest first',
  request: {
    query: z.object({
      limit: z.coerce
        .number()
        .int()
        .min(1)
        .max(MAX_PAGE_SIZE)
        .default(DEFAULT_PAGE_SIZE)
        .describe('How many jobs a page holds at most.'),
      cursor: z.string().optional().describe('next_cursor of the page before.'),
      status: z.enum(REST_STATUSES).optional().describe('Only jobs of this status; canceled ones are failed here.'),
    }),
  },
  responses: {
    200: success(restJobs, 'A page of the jobs.'),
    ...errors('INVALID_INPUT', 'UNAUTHENTICATED', 'INTERNAL'),
  },
});

/** Everything that can end a job without a result. */
const JOB_FAILURES = ERROR_CODES.filter((code) => ERRORS[code].status === 422);

export const resultRoute = createRoute({
  ...withKey,
  method: 'get',
  path: '/ai/generation/result',
  operationId: 'jobResult',
  summary: 'Fetch the result of a completed job',
  description: 'A failed job answers with its own error: the code and the status that say what went wrong.',
  request: { query: jobQuery },
  responses: {
    200: success(restResult, 'The job has completed.'),
    ...errors(
      'INVALID_INPUT',
      'UNAUTHENTICATED',
      'NOT_FOUND',
      'NOT_READY',
      'CANCELED',
      ...JOB_FAILURES,
      'INSUFFICIENT_CREDITS',
      'TIMED_OUT',
      'WORKER_LOST',
      'INTERNAL',
    ),
  },
});

export const createUploadRoute = createRoute({
  ...withKey,
  method: 'post',
  path: '/uploads',
  operationId: 'createUpload',
  summary: 'Get a URL that takes a file',
  request: { body: { required: true, content: json(restUploadRequest) } },
  responses: {
    200: success(restUpload, 'PUT the bytes of the file to upload_url.'),
    ...errors(
      'INVALID_INPUT',
      'UNKNOWN_FIELD',
      'UNAUTHENTICATED',
      'PAYLOAD_TOO_LARGE',
      'UNSUPPORTED_MEDIA_TYPE',
      'INTERNAL',
    ),
  },
});

/** Served by `uploads/routes.ts`, as a stream. */
export const receiveUploadRoute = createRoute({
  method: 'put',
  path: '/uploads/{id}',
  operationId: 'receiveUpload',
  summary: 'Send the bytes of a file',
  description:
    'The URL comes from createUpload, signature included, and works once. A try that broke off can be repeated.',
  request: {
    params: z.object({ id: z.string() }),
    query: z.object({ expires: z.string(), signature: z.string() }),
    body: {
      required: true,
      content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
    },
  },
  responses: {
    200: success(restUploaded, 'The file is stored.'),
    ...errors(
      'INVALID_INPUT',
      'UPLOAD_INTERRUPTED',
      'SIGNATURE_INVALID',
      'NOT_FOUND',
      'UPLOAD_EXPIRED',
      'PAYLOAD_TOO_LARGE',
      'INPUT_EMPTY',
      'INTERNAL',
    ),
  },
});
