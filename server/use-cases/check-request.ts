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
  if (!parsed.success) throw new InvalidInput(parsed.error.issues.flatMap(issuesOf));
  const issues = [...modelIssues(parsed.data), ...sizeIssues(parsed.data)];
  if (issues.length > 0) throw new InvalidInput(issues);
  return parsed.data;
}

/** Throws `InvalidInput` when an `upload://` reference is unknown, another account's, or has no bytes yet. */
export async function checkReferences({ db, account }: AccountContext, request: TalkV2VRequest): Promise<void> {
  const references = (['inputVideo', 'audioFile'] as const)
    .map((path) => ({ path, reference: request[path] }))
    .filter(({ reference }) => reference.startsWith(UPLOAD_SCHEME))
    .map(({ path, reference }) => ({ path, id: reference.slice(UPLOAD_SCHEME.length) }));
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

/** What zod found wrong, in our terms: an unknown field has a code of its own. */
export function issuesOf(issue: z.core.$ZodIssue): InputIssue[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...issue.path, key].join('.'),
      code: 'UNKNOWN_FIELD',
      message: 'is not a field of this request',
    }));
  }
  return [{ path: issue.path.join('.'), message: issue.message }];
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
