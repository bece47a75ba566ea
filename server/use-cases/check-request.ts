import { and, eq, inArray } from 'drizzle-orm';
import type { z } from 'zod';
import { findModel } from '../../schema/models.ts';
import { type TalkV2VRequest, talkV2VRequest } from '../../schema/request.ts';
import { fitsTier, TIER_BOX, tierPixels } from '../../schema/resolution.ts';
import { uploads } from '../../schema/tables.ts';
import type { AccountContext } from '../context.ts';
import { type InputIssue, InvalidInput } from '../refusal.ts';

const UPLOAD_SCHEME = 'upload://';

/**
 * The request with its defaults. Throws `InvalidInput` with everything that the input alone can be wrong in; what it
 * refers to is checked by `checkReferences`.
 */
export function parseRequest(input: unknown): TalkV2VRequest {
  const parsed = talkV2VRequest.safeParse(input);
  if (!parsed.success) throw new InvalidInput(issuesOf(parsed.error, input));
  const issues = [...modelIssues(parsed.data), ...sizeIssues(parsed.data)];
  if (issues.length > 0) throw new InvalidInput(issues);
  return parsed.data;
}

/** Which fields of the request are uploads, and their ids. */
export function uploadsOf(request: TalkV2VRequest): { path: 'inputVideo' | 'audioFile'; id: string }[] {
  return (['inputVideo', 'audioFile'] as const)
    .filter((path) => request[path].startsWith(UPLOAD_SCHEME))
    .map((path) => ({ path, id: request[path].slice(UPLOAD_SCHEME.length) }));
}

/** Throws `InvalidInput` when an `upload://` reference is unknown, another account's, or has no bytes yet. */
export async function checkReferences({ db, account }: AccountContext, request: TalkV2VRequest): Promise<void> {
  const references = uploadsOf(request);
  if (references.length === 0) return;
  const ids = references.map(({ id }) => id);
  const rows = await db
    .select({ id: uploads.id, state: uploads.state })
    .from(uploads)
    .where(and(inArray(uploads.id, ids), eq(uploads.accountId, account.id)));
  const states = new Map(rows.map(({ id, state }) => [id, state]));
  const issues = references.flatMap(({ path, id }): InputIssue[] => {
    const state = states.get(id);
    if (state === 'stored') return [];
    if (state === undefined) return [{ path, message: 'there is no such upload in this account' }];
    return [{ path, code: 'UPLOAD_NOT_READY', message: 'the bytes of this upload have not arrived: PUT them first' }];
  });
  if (issues.length > 0) throw new InvalidInput(issues);
}

/** What zod found wrong with the input, in our terms: an unknown field has a code of its own. */
export function issuesOf(error: z.core.$ZodError, input: unknown): InputIssue[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: [...issue.path, key].join('.'),
        code: 'UNKNOWN_FIELD' as const,
        message: 'is not a field of this request',
      }));
    }
    const missing = issue.path.length > 0 && valueAt(input, issue.path) === undefined;
    return [{ path: issue.path.join('.'), message: missing ? 'is required' : issue.message }];
  });
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((value, key) => (isObject(value) ? value[key] : undefined), input);
}

function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}

function modelIssues(request: TalkV2VRequest): InputIssue[] {
  if (findModel(request.model) !== undefined) return [];
  return [{ path: 'model', code: 'MODEL_NOT_FOUND', message: `there is no model ${request.model} here` }];
}

function sizeIssues({ imageSize, resolution }: TalkV2VRequest): InputIssue[] {
  if (imageSize === undefined || fitsTier(imageSize, resolution)) return [];
  const { width, height } = TIER_BOX[resolution];
  const message = `has more than the ${tierPixels(resolution)} pixels (${width}x${height}) of ${resolution}`;
  return [{ path: 'imageSize', message }];
}
