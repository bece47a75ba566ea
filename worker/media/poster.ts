import { GLOBAL_ARGS, guardedInput } from './input-args.ts';
import { runForText } from './run-ffmpeg.ts';

/** A third in: past fades and titles, and the speaker is talking. */
const POSTER_POSITION = 1 / 3;
/** At the slowest rate, one frame a second, a result of this length is its first frame, and nothing comes after it. */
const ONE_FRAME_SECONDS = 1;
const POSTER_TIMEOUT_MS = 60_000;

export interface PosterRequest {
  /** A finished result. */
  readonly video: string;
  readonly videoSeconds: number;
  readonly out: string;
}

/** One frame of a finished result as a JPEG of its size. */
export async function makePoster(request: PosterRequest, signal: AbortSignal): Promise<void> {
  await runForText('ffmpeg', posterArgs(request), { signal, timeoutMs: POSTER_TIMEOUT_MS });
}

export function posterArgs({ video, videoSeconds, out }: PosterRequest): string[] {
  const position = videoSeconds > ONE_FRAME_SECONDS ? videoSeconds * POSTER_POSITION : 0;
  const seek = ['-ss', position.toFixed(3)];
  const picture = ['-map', '0:v:0', '-frames:v', '1', '-vf', 'scale=out_range=full,format=yuvj420p', '-q:v', '3'];
  return [
    ...GLOBAL_ARGS,
    ...seek,
    ...guardedInput(video, 'video'),
    ...picture,
    ...['-map_metadata', '-1', '-fflags', '+bitexact', '-flags:v', '+bitexact', '-f', 'mjpeg', `file:${out}`],
  ];
}
