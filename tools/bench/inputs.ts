import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makePresenterClip, NEW_WORDS, OWN_WORDS, presenterMouth } from '../../presenter/clip.ts';

const run = promisify(execFile);

const PICTURE = { width: 1280, height: 720 };

export interface BenchInputs {
  readonly videoPath: string;
  readonly voicePath: string;
}

/** Runs `work` with a folder of its own, which is gone afterwards. */
export async function inBenchFolder(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'talk-v2v-bench-'));
  try {
    await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The files that are given; else the presenter in 720p, drawn for `seconds`, and two voices one after the other. */
export async function benchInputs(
  directory: string,
  seconds: number,
  given: { video?: string; audio?: string },
): Promise<BenchInputs> {
  const voicePath = given.audio ?? join(directory, 'voice.wav');
  if (given.audio === undefined) {
    const voices = ['-i', NEW_WORDS.audioPath, '-i', OWN_WORDS.audioPath];
    await run('ffmpeg', ['-v', 'error', ...voices, '-filter_complex', 'concat=n=2:v=0:a=1', voicePath]);
  }
  if (given.video !== undefined) return { videoPath: given.video, voicePath };
  console.error(`Drawing ${seconds} s of the presenter …`);
  const videoPath = join(directory, 'presenter.mp4');
  const mouth = await presenterMouth(OWN_WORDS);
  await makePresenterClip({ ...PICTURE, outPath: videoPath, seconds, mouth, voicePath: OWN_WORDS.audioPath });
  return { videoPath, voicePath };
}

/** Both files again and again until they last for `seconds`; the picture is not compressed anew. */
export async function lengthened(
  directory: string,
  inputs: BenchInputs,
  seconds: number,
  name = 'long',
): Promise<BenchInputs> {
  const videoPath = join(directory, `${name}.mp4`);
  const voicePath = join(directory, `${name}.wav`);
  const again = (path: string) => ['-v', 'error', '-y', '-stream_loop', '-1', '-i', path, '-t', String(seconds)];
  await run('ffmpeg', [...again(inputs.videoPath), '-c', 'copy', videoPath]);
  await run('ffmpeg', [...again(inputs.voicePath), voicePath]);
  return { videoPath, voicePath };
}

export function machine(): string {
  return `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}`;
}
