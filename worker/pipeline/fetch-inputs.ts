import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { and, eq } from 'drizzle-orm';
import { ObjectNotFound } from '../../platform/storage/object-store.ts';
import { type JobRow, uploads } from '../../schema/tables.ts';
import type { WorkerContext } from '../context.ts';
import { JobFailure } from '../failure.ts';
import { together } from '../together.ts';
import { download } from './download.ts';

const UPLOAD_SCHEME = 'upload://';

export interface InputFiles {
  readonly videoPath: string;
  readonly voicePath: string;
}

/** Streams both inputs of a job into `directory`. `progress` gets 0–1. Throws `JobFailure` for what the caller must mend. */
export async function fetchInputs(
  context: WorkerContext,
  job: JobRow,
  directory: string,
  signal: AbortSignal,
  progress: (fraction: number) => void,
): Promise<InputFiles> {
  // Names of our own: what a caller called the file never reaches the file system or a command line.
  const files = { videoPath: join(directory, 'input-video'), voicePath: join(directory, 'input-voice') };
  const shares = [0, 0];
  const onShare = (input: 0 | 1) => (share: number) => {
    shares[input] = share;
    progress((shares[0] + shares[1]) / 2);
  };
  const { inputVideo, audioFile } = job.request;
  await together(signal, (either) => [
    fetchInput(context, job.accountId, 'inputVideo', inputVideo, files.videoPath, either, onShare(0)),
    fetchInput(context, job.accountId, 'audioFile', audioFile, files.voicePath, either, onShare(1)),
  ]);
  return files;
}

async function fetchInput(
  context: WorkerContext,
  accountId: string,
  field: string,
  reference: string,
  path: string,
  signal: AbortSignal,
  onShare: (share: number) => void,
): Promise<void> {
  if (reference.startsWith(UPLOAD_SCHEME)) {
    await readUpload(context, accountId, field, reference.slice(UPLOAD_SCHEME.length), path, signal);
  } else {
    await download(reference, path, {
      field,
      maxBytes: context.environment.MAX_UPLOAD_BYTES,
      allowPrivate: context.environment.ALLOW_PRIVATE_INPUTS,
      signal,
      onBytes: (received, total) => total !== undefined && onShare(received / total),
    });
  }
  onShare(1);
}

async function readUpload(
  context: WorkerContext,
  accountId: string,
  field: string,
  uploadId: string,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const [upload] = await context.db
    .select()
    .from(uploads)
    .where(and(eq(uploads.id, uploadId), eq(uploads.accountId, accountId), eq(uploads.state, 'stored')));
  const gone = (cause?: unknown) =>
    new JobFailure('INPUT_UNREACHABLE', `${field}: the upload is no longer kept. Upload the file again.`, { cause });
  if (upload === undefined) throw gone();
  try {
    const object = await context.storage.get(upload.objectKey);
    await pipeline(object.body, createWriteStream(path), { signal });
  } catch (error) {
    if (error instanceof ObjectNotFound) throw gone(error);
    throw error;
  }
}
