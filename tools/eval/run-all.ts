import { access, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { JobFailure } from '../../worker/failure.ts';
import { probeAudio } from '../../worker/media/probe.ts';
import { type EvaluationRow, rowSchema, runInChild } from './child-run.ts';
import { type EvaluationRun, planRuns } from './plan-runs.ts';
import { markdownTable, medianRow } from './table.ts';
import { writeMusic, writeSilence } from './test-sounds.ts';

/** A few seconds tell what a clip's quality is; this bounds the time for somebody's hour of video. */
const DEFAULT_MAX_FRAMES = 250;
/** Far above what `DEFAULT_MAX_FRAMES` of any picture take on a slow machine. */
const RUN_TIMEOUT_MS = 600_000;
/** How a run ends that was cut off rather than finished. */
const WORTH_ANOTHER_TRY = new Set(['CRASHED', 'TIMED_OUT']);

export interface RunAllOptions {
  readonly outDir: string;
  readonly maxFrames?: number;
  readonly extraArgs?: readonly string[];
  /** Told after each run. */
  readonly report: (row: EvaluationRow, done: number, total: number) => void;
}

export interface FolderOptions {
  readonly videosDir: string;
  /** Where the voices are; without it each video meets the sound of the others. */
  readonly voicesDir?: string;
  readonly voicesEach: number;
  /** A recording of music; without it chords are made. */
  readonly musicPath?: string;
  readonly outDir: string;
}

/** The runs over a folder of videos; what they need beside it is written into `outDir`. */
export async function runsOverFolder(options: FolderOptions): Promise<EvaluationRun[]> {
  await mkdir(options.outDir, { recursive: true });
  const videos = [];
  for (const path of await filesIn(options.videosDir)) videos.push({ path, hasSound: await holdsSound(path) });
  const voices = options.voicesDir
    ? await filesIn(options.voicesDir)
    : videos.filter(({ hasSound }) => hasSound).map(({ path }) => path);
  return planRuns({ videos, voices, ...(await testSounds(options.outDir, options.musicPath)) }, options.voicesEach);
}

/** Paths of silence and of music, for runs in which nobody speaks. */
export async function testSounds(outDir: string, musicPath?: string): Promise<{ silence: string; music: string }> {
  await mkdir(outDir, { recursive: true });
  const silence = join(outDir, 'silence.wav');
  const music = musicPath ?? join(outDir, 'music.wav');
  await writeSilence(silence);
  if (musicPath === undefined) await writeMusic(music);
  return { silence, music };
}

/**
 * Evaluates one run after the other and writes `table.md` and `table.json`, anew after each run. A run's row is kept beside its contact
 * sheet; a run whose row lies there isn't repeated, unless it was cut off.
 */
export async function runAll(runs: readonly EvaluationRun[], options: RunAllOptions): Promise<EvaluationRow[]> {
  const { outDir, maxFrames = DEFAULT_MAX_FRAMES, extraArgs, report } = options;
  await mkdir(outDir, { recursive: true });
  const rows: EvaluationRow[] = [];
  for (const run of runs) {
    const rowPath = join(outDir, `${run.id}.json`);
    const sheetPath = join(outDir, `${run.id}.png`);
    const row =
      (await finishedRow(rowPath)) ??
      (await runInChild(run, { sheetPath, maxFrames, timeoutMs: RUN_TIMEOUT_MS, extraArgs }));
    await writeWhole(rowPath, JSON.stringify(row, undefined, 2));
    rows.push(row);
    await writeWhole(join(outDir, 'table.json'), JSON.stringify(rows, undefined, 2));
    await writeWhole(join(outDir, 'table.md'), markdownTable([...rows, ...medians(rows)]));
    report(row, rows.length, runs.length);
  }
  return rows;
}

function medians(rows: readonly EvaluationRow[]): EvaluationRow[] {
  const spoken = rows.filter(({ kind, error }) => !error && (kind === 'own' || kind === 'other'));
  const mute = rows.filter(({ kind, error }) => !error && (kind === 'silence' || kind === 'music'));
  return [
    ...(spoken.length > 0 ? [medianRow(spoken, '_median, speech_')] : []),
    ...(mute.length > 0 ? [medianRow(mute, '_median, silence and music_')] : []),
  ];
}

async function finishedRow(path: string): Promise<EvaluationRow | undefined> {
  if (!(await exists(path))) return undefined;
  const row = rowSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  return row.error && WORTH_ANOTHER_TRY.has(row.error.code) ? undefined : row;
}

/** An interrupted evaluation leaves no half of a row behind, which the next one would take for finished. */
async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.part`, text);
  await rename(`${path}.part`, path);
}

async function filesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => resolve(directory, name))
    .toSorted();
}

async function holdsSound(path: string): Promise<boolean> {
  try {
    await probeAudio(path, new AbortController().signal);
    return true;
  } catch (error) {
    if (error instanceof JobFailure) return false;
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
