import { createFrame, type YuvFrame } from './frame.ts';
import { FfmpegError, type FfmpegProcess } from './run-ffmpeg.ts';

/** Pictures in memory per stream: one with the consumer, one being filled, one ready, so that neither side waits. */
const POOL_FRAMES = 3;
/** No sane file keeps a decoder busy this long without a single picture, not even on a crowded machine. */
const STALL_MS = 60_000;

/**
 * The pictures that ffmpeg writes to stdout as raw I420, each read straight into one of a few buffers that are used
 * again: a frame is valid until the next one is asked for, and may be changed until then. ffmpeg waits while the
 * consumer does. Throws as `FfmpegProcess.completed` does, after the last picture; kills ffmpeg when left early.
 */
export async function* rawFrames(
  ffmpeg: FfmpegProcess,
  width: number,
  height: number,
): AsyncGenerator<YuvFrame, void, undefined> {
  await using process = ffmpeg;
  const { stdout } = process;
  const free = Array.from({ length: POOL_FRAMES - 1 }, () => createFrame(width, height));
  const ready: YuvFrame[] = [];
  let filling: YuvFrame | undefined = createFrame(width, height);
  let filled = 0;
  let overflow: Uint8Array | undefined;
  let ended = false;
  let wake: () => void = () => undefined;

  const take = (chunk: Uint8Array) => {
    let offset = 0;
    while (offset < chunk.length && filling) {
      const part = chunk.subarray(offset, offset + filling.data.length - filled);
      filling.data.set(part, filled);
      offset += part.length;
      filled += part.length;
      if (filled < filling.data.length) continue;
      ready.push(filling);
      filling = free.pop();
      filled = 0;
    }
    if (filling) return;
    overflow = offset < chunk.length ? chunk.subarray(offset) : undefined;
    stdout.pause();
  };
  const recycle = (frame: YuvFrame) => {
    if (filling) {
      free.push(frame);
      return;
    }
    filling = frame;
    const rest = overflow;
    overflow = undefined;
    if (rest) take(rest);
    if (filling) stdout.resume();
  };

  stdout.on('data', (chunk: Uint8Array) => {
    take(chunk);
    wake();
  });
  stdout.on('close', () => {
    ended = true;
    wake();
  });

  for (;;) {
    const frame = ready.shift();
    if (frame) {
      yield frame;
      recycle(frame);
    } else if (ended) {
      break;
    } else {
      const stalled = setTimeout(
        () => process.stop(new FfmpegError(`ffmpeg gave no picture for ${STALL_MS} ms`, undefined, '')),
        STALL_MS,
      );
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      clearTimeout(stalled);
    }
  }
  await process.completed;
}
