import { Readable } from 'node:stream';
import { and, eq, sql } from 'drizzle-orm';
import type { Database, Executor } from '../../platform/database.ts';
import { uploadKey } from '../../platform/storage/object-store.ts';
import { type UploadRow, uploads } from '../../schema/tables.ts';
import type { Services } from '../context.ts';
import { InvalidInput, NotFound, PayloadTooLarge, Refusal } from '../refusal.ts';
import { countedBytes } from './byte-count.ts';
import { newReceipt } from './create-upload.ts';

/** Mobile networks drop out for tens of seconds and come back. */
const IDLE_MS = 60_000;

export interface IncomingFile {
  readonly body: ReadableStream<Uint8Array> | null;
  /** The Content-Length header; undefined when the body comes in chunks of unknown total. */
  readonly contentLength?: number;
  readonly idleMs?: number;
}

/**
 * Takes the bytes of an upload, once:
 *
 *   pending ──▶ receiving ──▶ stored
 *      ▲            │
 *      └─ broke off ┘
 *
 * Every try writes under a key of its own and may only finish while the row still names that key. So a client whose
 * connection died can try again at once, whether or not the server has noticed, survived, or is another one by now:
 * the newest try has the row, an older one finds that out at its end and removes its own object.
 */
export async function receiveUpload(
  services: Pick<Services, 'db' | 'storage' | 'log'>,
  id: string,
  file: IncomingFile,
): Promise<UploadRow> {
  const { db, storage } = services;
  const { before: row, objectKey } = await begin(db, id, file);
  // What a try left behind that ended between storing the object and saying so.
  if (row.state === 'receiving') await storage.remove(row.objectKey);
  try {
    const bounds = {
      maxBytes: row.maxBytes,
      exactBytes: row.bytes ?? file.contentLength,
      idleMs: file.idleMs ?? IDLE_MS,
    };
    const body = Readable.from(countedBytes(file.body ?? new Blob().stream(), bounds), { objectMode: false });
    const { bytes } = await storage.put(objectKey, body, { contentType: row.contentType });
    const stored = await finish(db, id, objectKey, bytes);
    if (stored === undefined) {
      throw new Refusal('UPLOAD_EXPIRED', 'Another request to this upload URL has taken over.');
    }
    return stored;
  } catch (error) {
    await giveUp(services, id, objectKey).catch((cause) => {
      // The next try takes over all the same, and the sweep removes what nobody takes over.
      services.log.warn({ err: cause, uploadId: id }, 'an upload that broke off could not be handed back');
    });
    throw error;
  }
}

/** Gives the row to a new try; under a lock, so that each try knows the key of the one that it takes over from. */
function begin(db: Database, id: string, file: IncomingFile): Promise<{ before: UploadRow; objectKey: string }> {
  return db.transaction(async (tx) => {
    const before = await findOpen(tx, id);
    checkAnnounced(before, file);
    const objectKey = uploadKey(before.accountId, id, newReceipt());
    await tx.update(uploads).set({ state: 'receiving', objectKey }).where(eq(uploads.id, id));
    return { before, objectKey };
  });
}

async function findOpen(tx: Executor, id: string): Promise<UploadRow> {
  const [found] = await tx
    .select({ row: uploads, expired: sql<boolean>`${uploads.expiresAt} < now()` })
    .from(uploads)
    .where(eq(uploads.id, id))
    .for('update');
  if (found === undefined) throw new NotFound('upload');
  if (found.row.state === 'stored') {
    throw new Refusal('UPLOAD_EXPIRED', 'This upload URL was used already. Create another upload for another file.');
  }
  if (found.expired) throw new Refusal('UPLOAD_EXPIRED', 'This upload URL is past its time. Create another upload.');
  return found.row;
}

/** Refuses by the headers alone what the body would only prove after gigabytes. */
function checkAnnounced(row: UploadRow, { contentLength }: IncomingFile): void {
  if (contentLength === undefined) return;
  if (contentLength > row.maxBytes) throw new PayloadTooLarge(row.maxBytes);
  if (row.bytes !== null && contentLength !== row.bytes) {
    const message = `The upload was created for ${row.bytes} bytes, and ${contentLength} are being sent.`;
    throw new InvalidInput([{ path: 'Content-Length', message }]);
  }
}

const heldBy = (id: string, objectKey: string) =>
  and(eq(uploads.id, id), eq(uploads.state, 'receiving'), eq(uploads.objectKey, objectKey));

async function finish(db: Executor, id: string, objectKey: string, bytes: number): Promise<UploadRow | undefined> {
  const [row] = await db.update(uploads).set({ state: 'stored', bytes }).where(heldBy(id, objectKey)).returning();
  return row;
}

async function giveUp({ db, storage }: Pick<Services, 'db' | 'storage'>, id: string, objectKey: string): Promise<void> {
  await db.update(uploads).set({ state: 'pending' }).where(heldBy(id, objectKey));
  // When the connection to Postgres broke while finishing, the row may say stored after all.
  const kept = await db
    .select({ id: uploads.id })
    .from(uploads)
    .where(and(eq(uploads.objectKey, objectKey), eq(uploads.state, 'stored')));
  if (kept.length === 0) await storage.remove(objectKey);
}
