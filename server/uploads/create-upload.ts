import { uploadKey } from '../../platform/storage/object-store.ts';
import { signerOf } from '../../platform/storage/url-signature.ts';
import { newId, randomToken } from '../../schema/ids.ts';
import { uploads } from '../../schema/tables.ts';
import { type CreateUploadInput, createUploadInput, UPLOAD_URL_SECONDS, uploadReference } from '../../schema/upload.ts';
import type { AccountContext } from '../context.ts';
import { InvalidInput, PayloadTooLarge } from '../refusal.ts';
import { issuesOf } from '../use-cases/check-request.ts';

export interface CreatedUpload {
  readonly id: string;
  /** What a job's `inputVideo` or `audioFile` says to use the file: `upload://<id>`. */
  readonly reference: string;
  /** Takes the bytes by one PUT, without an api-key. */
  readonly url: string;
  readonly maxBytes: number;
  readonly expiresAt: Date;
}

const RECEIPT_LENGTH = 12;

/** Part of the object's key, new for every try to upload. */
export function newReceipt(): string {
  return randomToken(RECEIPT_LENGTH);
}

export function uploadPath(id: string): string {
  return `/uploads/${id}`;
}

/** Makes room for one file of the account. Throws `InvalidInput` and `PayloadTooLarge`. */
export async function createUpload(
  context: Pick<AccountContext, 'account' | 'db' | 'environment'>,
  input: CreateUploadInput,
  now: Date = new Date(),
): Promise<CreatedUpload> {
  const parsed = createUploadInput.safeParse(input);
  if (!parsed.success) throw new InvalidInput(issuesOf(parsed.error, input));
  const { fileName, contentType, bytes } = parsed.data;
  const limit = context.environment.MAX_UPLOAD_BYTES;
  if (bytes !== undefined && bytes > limit) throw new PayloadTooLarge(limit);
  const id = newId('upl');
  const maxBytes = bytes ?? limit;
  const expiresAt = new Date(now.getTime() + UPLOAD_URL_SECONDS * 1000);
  await context.db.insert(uploads).values({
    id,
    accountId: context.account.id,
    fileName,
    contentType,
    maxBytes,
    bytes: bytes ?? null,
    objectKey: uploadKey(context.account.id, id, newReceipt()),
    expiresAt,
  });
  const url = signerOf(context.environment).sign('PUT', uploadPath(id), expiresAt);
  return { id, reference: uploadReference(id), url, maxBytes, expiresAt };
}
