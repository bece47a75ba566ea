import { PayloadTooLarge, Refusal } from '../refusal.ts';

export interface ByteBounds {
  /** More bytes than this are refused as soon as the first of them arrives. */
  readonly maxBytes: number;
  /** The announced size; undefined when nobody announced one. */
  readonly exactBytes?: number;
  /** A sender that is silent for this long is given up. */
  readonly idleMs: number;
}

export class UploadInterrupted extends Refusal {
  override readonly name = 'UploadInterrupted';

  constructor(reason: string, options?: ErrorOptions) {
    super('UPLOAD_INTERRUPTED', `${reason} Send the whole file again to the same URL.`, options);
  }
}

/**
 * The chunks of a request's body, as they arrive, held to their bounds. Throws `PayloadTooLarge`, `UploadInterrupted`
 * when the sender went away, fell silent or sent less than announced, and `INPUT_EMPTY` when nothing came at all.
 */
export async function* countedBytes(
  body: ReadableStream<Uint8Array>,
  { maxBytes, exactBytes, idleMs }: ByteBounds,
): AsyncGenerator<Uint8Array, void> {
  const reader = body.getReader();
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await readWithin(idleMs, reader);
      if (done) break;
      bytes += value.byteLength;
      if (bytes > maxBytes) throw new PayloadTooLarge(maxBytes);
      yield value;
    }
  } finally {
    // Not cancelled: that would close the connection before the caller has read why.
    reader.releaseLock();
  }
  if (bytes === 0) throw new Refusal('INPUT_EMPTY', 'The body is empty. Send the bytes of the file as the body.');
  if (exactBytes !== undefined && bytes !== exactBytes) {
    throw new UploadInterrupted(`Of ${exactBytes} announced bytes ${bytes} arrived.`);
  }
}

/** Only waiting for the sender counts as silence, not waiting for the storage. */
async function readWithin(
  idleMs: number,
  reader: ReadableStreamDefaultReader<Uint8Array>,
): Promise<ReadableStreamReadResult<Uint8Array>> {
  let silent = false;
  const timer = setTimeout(() => {
    silent = true;
    // Ends the read below. When that fails the body has failed too, and the read says so.
    reader.cancel().catch(() => {});
  }, idleMs);
  try {
    const read = await reader.read();
    if (silent) throw new UploadInterrupted(`No bytes came for ${idleMs / 1000} seconds.`);
    return read;
  } catch (cause) {
    if (cause instanceof UploadInterrupted) throw cause;
    throw new UploadInterrupted('The connection ended in the middle of the file.', { cause });
  } finally {
    clearTimeout(timer);
  }
}
