import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { EvaluationRun } from './plan-runs.ts';

const EVAL = fileURLToPath(new URL('../eval.ts', import.meta.url));

/** What one run prints: measures by their names, or the error that it ended in. */
const answerSchema = z.union([
  z.object({ error: z.object({ code: z.string(), message: z.string() }) }),
  z.record(z.string(), z.unknown()),
]);
const measuresSchema = z.record(z.string(), z.unknown());

export const rowSchema = z.object({
  id: z.string(),
  kind: z.enum(['own', 'other', 'silence', 'music']),
  video: z.string(),
  voice: z.string(),
  /** Empty when the run ended in an error. */
  measures: measuresSchema,
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});
export type EvaluationRow = z.output<typeof rowSchema>;

export interface ChildRunOptions {
  readonly sheetPath: string;
  readonly maxFrames: number;
  readonly timeoutMs: number;
  readonly extraArgs?: readonly string[];
}

/**
 * Evaluates one pair in a process of its own: its memory is measured for itself, and whatever happens to it, the rest goes on.
 * A run that ends without an answer gives the code CRASHED, one that takes too long TIMED_OUT.
 */
export async function runInChild(run: EvaluationRun, options: ChildRunOptions): Promise<EvaluationRow> {
  const child = spawn(process.execPath, ['--import', 'tsx', EVAL, ...childArgs(run, options)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  let complaint = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-2000);
  });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill('SIGKILL');
  }, options.timeoutMs);
  try {
    await once(child, 'close');
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
  }
  const row = { id: run.id, kind: run.kind, video: run.video, voice: run.voice, measures: {} };
  if (timedOut)
    return { ...row, error: { code: 'TIMED_OUT', message: `took more than ${options.timeoutMs / 1000} s` } };
  const answer = answerSchema.safeParse(parsed(printed));
  if (!answer.success) return { ...row, error: { code: 'CRASHED', message: complaint.trim() } };
  const { error, ...measures } = answer.data;
  const named = z.object({ code: z.string(), message: z.string() }).safeParse(error);
  return named.success ? { ...row, error: named.data } : { ...row, measures };
}

function childArgs(run: EvaluationRun, options: ChildRunOptions): string[] {
  return [
    ...['--video', run.video, '--audio', run.voice, '--sheet', options.sheetPath],
    ...['--max-frames', String(options.maxFrames)],
    ...(run.reference ? ['--reference'] : []),
    ...(run.phonemes === undefined ? [] : ['--phonemes', run.phonemes]),
    ...(options.extraArgs ?? []),
  ];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Printed half, or not at all: the caller reports what stood on standard error instead.
    return undefined;
  }
}
