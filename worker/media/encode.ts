import { type EncodeRequest, encodeArgs } from './encode-args.ts';
import type { YuvFrame } from './frame.ts';
import { FfmpegProcess } from './run-ffmpeg.ts';

export interface EncodeOptions extends EncodeRequest {
  /** Exactly `frameCount` pictures of the stated size. A picture is read before the next one is asked for. */
  readonly frames: AsyncIterable<YuvFrame>;
  readonly signal: AbortSignal;
}

/**
 * Writes the result: the pictures as H.264 High, yuv420p, BT.709, with the voice, playable while it downloads.
 * Throws the abort reason, what `frames` throws, or `FfmpegError`; ffmpeg is gone in every case.
 */
export async function encodeResult({ frames, signal, ...request }: EncodeOptions): Promise<void> {
  await using ffmpeg = new FfmpegProcess('ffmpeg', encodeArgs(request), { signal });
  let sent = 0;
  for await (const frame of frames) {
    if (frame.width !== request.width || frame.height !== request.height) {
      throw new RangeError(`a ${frame.width}x${frame.height} picture in a ${request.width}x${request.height} result`);
    }
    await ffmpeg.write(frame.data);
    sent++;
  }
  if (sent !== request.frameCount) throw new RangeError(`${sent} pictures for a result of ${request.frameCount}`);
  ffmpeg.stdin.end();
  await ffmpeg.completed;
}
