import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { RESOLUTIONS } from '../../schema/request.ts';
import { openAllEngines } from '../../worker/engines/all-engines.ts';
import { encoderArgs } from '../../worker/media/encode-args.ts';
import { detectFilterSupport } from '../../worker/media/filter-support.ts';
import { toNumber } from '../../worker/media/rational.ts';
import type { RenderedVideo } from '../../worker/pipeline/render-video.ts';
import { type BenchInputs, benchInputs, inBenchFolder, machine } from './inputs.ts';
import { benchRequest, type Measured, type MeasuredJob, measured, measureJob, totalCpu } from './measured-job.ts';
import { median } from './median.ts';

const run = promisify(execFile);

const USAGE = `npm run bench -- pipeline [options]

  --video FILE --audio FILE   default: the presenter, drawn for --seconds, and two voices one after the other
  --seconds N                 length of the default clip and of the result (10)
  --resolution R              ${RESOLUTIONS.join(' | ')} (720p)
  --runs N                    how often each side runs, in turn; medians are printed (3)`;

/**
 * How long a whole job takes from two files to a verified result, stage by stage, beside ffmpeg alone decoding,
 * scaling and encoding the same clip with the same encoder settings in the same run. On a machine that others use too,
 * CPU seconds say more than wall-clock time.
 */
export async function benchPipeline(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      video: { type: 'string' },
      audio: { type: 'string' },
      seconds: { type: 'string', default: '10' },
      resolution: { type: 'string', default: '720p' },
      runs: { type: 'string', default: '3' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void console.log(USAGE);
  const seconds = Number(values.seconds);
  await inBenchFolder(async (directory) => {
    const inputs = await benchInputs(directory, seconds, values);
    await compare(directory, inputs, seconds, values.resolution, Number(values.runs));
  });
}

async function compare(
  directory: string,
  inputs: BenchInputs,
  seconds: number,
  resolution: string,
  runs: number,
): Promise<void> {
  await using opened = await openAllEngines({ INFERENCE_THREADS: 1 });
  const [engine] = opened.engines;
  const support = await detectFilterSupport(new AbortController().signal);
  const request = benchRequest(resolution, seconds);
  const jobs: MeasuredJob[] = [];
  const plain: Measured[] = [];
  for (let round = 0; round < runs; round++) {
    const job = await measureJob({ ...inputs, engine, support, directory, request });
    jobs.push(job);
    plain.push(await measured(() => plainTranscode(inputs, job.rendered, request.crf, join(directory, 'plain.mp4'))));
    const [jobSeconds, plainSeconds] = [job.wallSeconds, plain[round].wallSeconds];
    console.error(`run ${round + 1} of ${runs}: job ${jobSeconds.toFixed(1)} s, ffmpeg ${plainSeconds.toFixed(1)} s`);
  }
  printReport(jobs, plain, resolution);
}

function printReport(jobs: MeasuredJob[], plain: Measured[], resolution: string): void {
  const wallSeconds = median(jobs.map((job) => job.wallSeconds));
  const plainSeconds = median(plain.map((side) => side.wallSeconds));
  const resultSeconds = jobs[0].rendered.length.seconds;
  const stages = Object.keys(jobs[0].stageMs).map((stage) => {
    const ms = median(jobs.map((job) => job.stageMs[stage] ?? 0));
    return { stage, ms: Math.round(ms), share: Number((ms / (wallSeconds * 1000)).toFixed(3)) };
  });
  const jobCpu = medianCpu(jobs);
  const plainCpu = medianCpu(plain);
  const report = {
    machine: machine(),
    resolution,
    resultSeconds,
    wallSeconds: { job: rounded(wallSeconds), plainFfmpeg: rounded(plainSeconds) },
    cpuSeconds: {
      job: rounded(jobCpu),
      ofThatNode: rounded(median(jobs.map(({ cpu }) => cpu.node))),
      plainFfmpeg: rounded(plainCpu),
    },
    timesRealTime: rounded(resultSeconds / wallSeconds),
    wallOverPlainFfmpeg: rounded(wallSeconds / plainSeconds),
    cpuOverPlainFfmpeg: rounded(jobCpu !== undefined && plainCpu !== undefined ? jobCpu / plainCpu : undefined),
    peakMb: jobs[jobs.length - 1].peak,
  };
  console.table(stages);
  console.log(JSON.stringify(report, null, 2));
}

/** Undefined on machines that don't tell the CPU time of child processes. */
function medianCpu(runs: readonly Measured[]): number | undefined {
  const totals = runs.map(({ cpu }) => totalCpu(cpu)).filter((total) => total !== undefined);
  return totals.length === runs.length ? median(totals) : undefined;
}

function rounded(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Number(value.toFixed(2));
}

/** ffmpeg alone: the same clip for as long, scaled to the same size, with the encoder settings of a result. */
async function plainTranscode(
  inputs: BenchInputs,
  { picture, length }: RenderedVideo,
  crf: number,
  out: string,
): Promise<void> {
  await run('ffmpeg', [
    ...['-v', 'error', '-y', '-stream_loop', '-1', '-i', inputs.videoPath, '-i', inputs.voicePath],
    ...['-map', '0:v:0', '-map', '1:a:0', '-vf', `scale=${picture.width}:${picture.height}:flags=lanczos`],
    ...encoderArgs(crf, picture.frameRate),
    ...['-r', String(toNumber(picture.frameRate)), '-c:a', 'aac', '-b:a', '192k', '-t', String(length.seconds), out],
  ]);
}
