import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { talkV2VRequest } from '../schema/request.ts';
import { loadFaceModels } from '../worker/face/models.ts';
import { JobFailure } from '../worker/failure.ts';
import { createRetalkEngine } from '../worker/retalk/engine.ts';
import { loadMouthNetwork } from '../worker/speech/mouth-network.ts';
import { evaluate } from './eval/evaluate.ts';
import { type EvalOptions, optionalNumber, readOptions, USAGE } from './eval/options.ts';
import { passthrough } from './eval/passthrough.ts';
import type { EvaluationRun } from './eval/plan-runs.ts';
import { presenterRuns } from './eval/presenter-runs.ts';
import { runAll, runsOverFolder } from './eval/run-all.ts';

// `npm run eval`: renders clips with no services and says how good the results are, as JSON for one and as a table for many.
// docs/quality.md explains the measures.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OUT = join(ROOT, 'out', 'evaluation');
const CACHE = join(ROOT, '.data', 'cache');
const DEFAULT_VOICES_EACH = 2;

const soundsSchema = z.array(z.object({ start: z.number(), end: z.number(), ipa: z.string() }));

async function evaluateOne(options: EvalOptions): Promise<void> {
  const videoPath = options.video;
  const voicePath = options.audio ?? (options.reference ? options.video : undefined);
  if (videoPath === undefined || voicePath === undefined) throw new Error(USAGE);
  const request = talkV2VRequest.parse({
    // The request names its inputs by reference; here the files are at hand.
    inputVideo: 'upload://evaluation',
    audioFile: 'upload://evaluation',
    resolution: options.resolution,
    syncMode: options['sync-mode'],
    frameRate: optionalNumber(options['frame-rate']),
    maxFrames: optionalNumber(options['max-frames']),
    articulation: optionalNumber(options.articulation),
  });
  const { phonemes } = options;
  const sounds = phonemes && soundsSchema.parse(JSON.parse(await readFile(phonemes, 'utf8')));
  await using faceModels = await loadFaceModels();
  await using mouthNetwork = await loadMouthNetwork();
  const evaluation = await evaluate({
    videoPath,
    voicePath,
    request,
    engine: options.passthrough ? passthrough : createRetalkEngine({ face: faceModels, mouth: mouthNetwork }),
    faceModels,
    mouthNetwork,
    reference: options.reference,
    learnFrom: options['without-own-voice'] ? 'nothing' : options.half ? 'firstHalf' : 'all',
    secondHalf: options.half,
    sounds: sounds || undefined,
    outPath: options.out,
    sheetPath: options.sheet,
    signal: new AbortController().signal,
  });
  console.log(JSON.stringify(evaluation, rounded, 2));
}

async function evaluateMany(options: EvalOptions): Promise<void> {
  const outDir = options.out ?? OUT;
  const runs: EvaluationRun[] = options.presenter ? await presenterRuns(outDir, CACHE) : [];
  if (options.all !== undefined) {
    const voicesEach = optionalNumber(options['voices-each']) ?? DEFAULT_VOICES_EACH;
    const { voices: voicesDir, music: musicPath } = options;
    runs.push(...(await runsOverFolder({ videosDir: options.all, voicesDir, voicesEach, musicPath, outDir })));
  }
  await runAll(runs, {
    outDir,
    maxFrames: optionalNumber(options['max-frames']),
    extraArgs: options.resolution === undefined ? [] : ['--resolution', options.resolution],
    report: ({ id, error }, done, total) => console.log(`${done}/${total}  ${id}  ${error?.code ?? ''}`),
  });
  console.log(`\n${join(outDir, 'table.md')}`);
}

/** Nobody reads the fourth digit, and it differs between machines. JSON has no infinity: equal pictures say so. */
function rounded(_: string, value: unknown): unknown {
  if (value === Number.POSITIVE_INFINITY) return 'Infinity';
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}

try {
  const options = readOptions(process.argv.slice(2));
  await (options.all !== undefined || options.presenter ? evaluateMany(options) : evaluateOne(options));
} catch (error) {
  // A named error is a finding about the clip, and belongs where the measures would stand.
  if (error instanceof JobFailure) console.log(JSON.stringify({ error: { code: error.code, message: error.message } }));
  else if (error instanceof z.ZodError) console.error(z.prettifyError(error));
  else console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
