import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { YuvFrame } from '../../../worker/media/frame.ts';

const run = promisify(execFile);

/** A folder of its own for one test file, and files made in it by the real ffmpeg. */
export class MediaBench implements AsyncDisposable {
  readonly directory: string;

  private constructor(directory: string) {
    this.directory = directory;
  }

  static async open(): Promise<MediaBench> {
    return new MediaBench(await mkdtemp(join(tmpdir(), 'talk-v2v-media-')));
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  /** Makes the file `name`, with ffmpeg's arguments up to the output path, and returns its path. */
  async make(name: string, ...args: string[]): Promise<string> {
    const path = this.path(name);
    await run('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args, '-bitexact', path]);
    return path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** ffmpeg input: a generated picture or sound. */
export function lavfi(source: string): string[] {
  return ['-f', 'lavfi', '-i', source];
}

/** Small, fast H.264 for sources whose content matters more than their size. */
export const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];

/** The mean of one plane (0 Y, 1 U, 2 V) over a rectangle given in shares of the picture. */
export function meanOf(
  frame: YuvFrame,
  plane: 0 | 1 | 2,
  [left, top, right, bottom]: [number, number, number, number],
): number {
  const width = plane === 0 ? frame.width : frame.width / 2;
  const height = plane === 0 ? frame.height : frame.height / 2;
  const start = plane === 0 ? 0 : frame.width * frame.height + (plane - 1) * width * height;
  let sum = 0;
  let count = 0;
  for (let y = Math.floor(top * height); y < bottom * height; y++) {
    for (let x = Math.floor(left * width); x < right * width; x++) {
      sum += frame.data[start + y * width + x];
      count++;
    }
  }
  return sum / count;
}

/** What ffprobe says about one stream of a file: `entries` as `key=value` pairs. */
export async function describe(path: string, stream: 'v:0' | 'a:0', entries: string): Promise<Record<string, string>> {
  const args = [
    '-v',
    'error',
    '-select_streams',
    stream,
    '-show_entries',
    `stream=${entries}`,
    '-of',
    'default=nw=1',
    path,
  ];
  const { stdout } = await run('ffprobe', args);
  return Object.fromEntries(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split('=') as [string, string]),
  );
}
