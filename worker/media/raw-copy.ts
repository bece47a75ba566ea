import { type FileHandle, open } from 'node:fs/promises';
import { createFrame, frameBytes, type YuvFrame } from './frame.ts';
import type { SourceCopy } from './source-copy.ts';

/**
 * Frame `timeline[k]` of a raw copy as the k-th picture, in any order, the next one being read meanwhile. A frame may be
 * changed in place and is valid until the next one is asked for.
 */
export async function* replayRaw(
  copy: SourceCopy,
  timeline: Int32Array,
  signal: AbortSignal,
): AsyncGenerator<YuvFrame> {
  await using file = await open(copy.path);
  let shown = createFrame(copy.width, copy.height);
  let ahead = createFrame(copy.width, copy.height);
  let reading: Promise<void> | undefined;
  const read = (k: number) => {
    reading = k < timeline.length ? readFrame(file, timeline[k], ahead) : undefined;
    // A picture read ahead that fails is reported when it is shown.
    reading?.catch(() => undefined);
  };
  try {
    read(0);
    for (let k = 0; k < timeline.length; k++) {
      await reading;
      signal.throwIfAborted();
      [shown, ahead] = [ahead, shown];
      read(k + 1);
      yield shown;
    }
  } finally {
    // The file must not be closed under a read.
    await Promise.allSettled([reading]);
  }
}

async function readFrame(file: FileHandle, index: number, { width, height, data }: YuvFrame): Promise<void> {
  const start = index * frameBytes(width, height);
  for (let filled = 0; filled < data.length; ) {
    const { bytesRead } = await file.read(data, filled, data.length - filled, start + filled);
    if (bytesRead === 0) throw new Error(`the raw copy ends within frame ${index}`);
    filled += bytesRead;
  }
}
