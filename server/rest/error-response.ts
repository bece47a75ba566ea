import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Logger } from '../../platform/log.ts';
import { ERRORS, type ErrorCode } from '../../schema/errors.ts';
import { Refusal } from '../refusal.ts';

/** How the framework's own refusals are told: it throws them before a handler runs. */
const FRAMEWORK_REFUSALS = new Map<number, readonly [ErrorCode, string]>([
  [400, ['INVALID_INPUT', 'The body is not JSON. Send one JSON object.']],
  [413, ['PAYLOAD_TOO_LARGE', 'The body is too large. Send files to an upload URL, and here only their reference.']],
  [415, ['UNSUPPORTED_MEDIA_TYPE', 'Send JSON, with the header Content-Type: application/json.']],
]);

/** The body of every answer that isn't a success, as `restError` of `schema/rest.ts` describes it. */
export function errorResponse(c: Context, code: ErrorCode, message: string): Response {
  return c.json({ success: false, error: { code, message } }, ERRORS[code].status);
}

/** Shows refusals as they are; logs every other error and tells the caller only where to find it. */
export function answerErrors(log: Logger): (error: Error, c: Context) => Response {
  return (error, c) => {
    if (error instanceof Refusal) return errorResponse(c, error.code, error.message);
    const refusal = error instanceof HTTPException ? FRAMEWORK_REFUSALS.get(error.status) : undefined;
    if (refusal !== undefined) return errorResponse(c, ...refusal);
    const requestId = c.get('requestId');
    log.error({ err: error, requestId, method: c.req.method, path: c.req.path }, 'a request failed');
    return errorResponse(c, 'INTERNAL', `The service failed. Its log has the reason under ${requestId}.`);
  };
}
