import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makePresenterClip, NEW_WORDS } from '../../presenter/clip.ts';
import { RESTING_MOUTH } from '../../presenter/pose.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../../setup/services/temporary.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

let directory: TemporaryDirectory;
const path = (name: string) => join(directory.path, name);

beforeAll(async () => {
  directory = temporaryDirectory('talk-v2v-demo-test-');
  await makePresenterClip({
    outPath: path('presenter.mp4'),
    seconds: 1.2,
    // Opens and closes twice a second, so that the clip holds mouths to choose from.
    mouth: (timeSeconds) => ({ ...RESTING_MOUTH, opening: Math.max(0, Math.sin(timeSeconds * 4 * Math.PI)) }),
    width: 480,
    height: 360,
  });
});

afterAll(() => {
  directory[Symbol.dispose]();
});

function demo(args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--import', 'tsx', 'tools/demo.ts', ...args],
      { cwd: ROOT },
      (_e, out, err) => resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });
}

describe('the demo', () => {
  test('takes a video and a voice through the whole service and leaves a playable file', async () => {
    const out = path('result.mp4');
    const args = ['--video', path('presenter.mp4'), '--audio', NEW_WORDS.audioPath, '--out', out, '--max-frames', '30'];
    const result = await demo(args);
    expect(result.err).toBe('');
    expect(result.code).toBe(0);
    expect(result.out).toMatch(/100 % {2}completed/);
    expect(result.out).toMatch(/render +[\d.]+ s/);
    const probe = await run('ffprobe', [
      '-v',
      'error',
      '-count_frames',
      '-show_entries',
      'stream=codec_type,nb_read_frames',
      '-of',
      'csv=p=0',
      out,
    ]);
    expect(probe.stdout).toMatch(/video,30/);
    expect(probe.stdout).toMatch(/audio,\d+/);
  });

  test('ends with the code and the sentence of the error when the job fails', async () => {
    const blank = path('blank.mp4');
    await run('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'color=c=gray:s=320x240:r=25:d=1', blank]);
    const out = path('no-result.mp4');
    const result = await demo(['--video', blank, '--audio', NEW_WORDS.audioPath, '--out', out, '--max-frames', '10']);
    expect(result.err).toMatch(/✖ NO_FACE: \S/);
    expect(result.code).toBe(1);
    expect(existsSync(out)).toBe(false);
  });
});
