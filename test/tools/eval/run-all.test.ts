import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makePresenterClip, OWN_WORDS, presenterMouth } from '../../../presenter/clip.ts';
import type { EvaluationRow } from '../../../tools/eval/child-run.ts';
import { runAll, runsOverFolder } from '../../../tools/eval/run-all.ts';

let directory: string;
let videosDir: string;
let outDir: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'run-all-test-'));
  videosDir = join(directory, 'videos');
  outDir = join(directory, 'out');
  await mkdir(videosDir);
  await makePresenterClip({
    outPath: join(videosDir, 'talk.mp4'),
    seconds: 0.8,
    mouth: await presenterMouth(OWN_WORDS),
    voicePath: OWN_WORDS.audioPath,
    width: 320,
    height: 240,
  });
  await writeFile(join(videosDir, 'broken.mp4'), 'this is no video');
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Two processes that each load the models, on a machine that may be busy. */
const timeout = 240_000;

test('a folder is evaluated run by run, errors are rows, and finished rows are not done again', {
  timeout,
}, async () => {
  const all = await runsOverFolder({ videosDir, voicesEach: 0, outDir });
  expect(all.map(({ id }) => id)).toEqual([
    'broken.mp4--silence',
    'broken.mp4--music',
    'talk.mp4--own',
    'talk.mp4--silence',
    'talk.mp4--music',
  ]);
  const runs = all.filter(({ kind }) => kind !== 'music').slice(0, 2);
  const reported: string[] = [];
  const report = (row: EvaluationRow, done: number, total: number) => reported.push(`${row.id} ${done}/${total}`);
  const [broken, talk] = await runAll(runs, { outDir, maxFrames: 8, report });
  expect(broken.error?.code).toBe('VIDEO_UNREADABLE');
  expect(talk.error).toBeUndefined();
  expect(talk.measures).toMatchObject({ model: 'retalk', frames: 8 });
  expect(reported).toEqual(['broken.mp4--silence 1/2', 'talk.mp4--own 2/2']);
  const table = await readFile(join(outDir, 'table.md'), 'utf8');
  expect(table).toContain('| broken.mp4 | silence | `VIDEO_UNREADABLE` |');
  expect(table).toContain('| talk.mp4 | its own | 8 |');
  // Width of the picture in the PNG's header.
  expect((await readFile(join(outDir, 'talk.mp4--own.png'))).readUInt32BE(16)).toBe(1920);

  const rowPath = join(outDir, 'talk.mp4--own.json');
  await writeFile(rowPath, (await readFile(rowPath, 'utf8')).replace('"frames": 8', '"frames": 77'));
  const [, kept] = await runAll(runs, { outDir, maxFrames: 8, report });
  expect(kept.measures.frames).toBe(77);
  expect(JSON.parse(await readFile(join(outDir, 'table.json'), 'utf8'))[1].measures.frames).toBe(77);

  const brokenPath = join(outDir, 'broken.mp4--silence.json');
  await writeFile(brokenPath, (await readFile(brokenPath, 'utf8')).replace('VIDEO_UNREADABLE', 'CRASHED'));
  const [again] = await runAll(runs.slice(0, 1), { outDir, maxFrames: 8, report });
  expect(again.error?.code).toBe('VIDEO_UNREADABLE');
});
