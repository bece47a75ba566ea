import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { makePresenterClip, NEW_WORDS, OWN_WORDS, presenterMouth } from '../../presenter/clip.ts';
import { RESOLUTIONS, talkV2VRequest } from '../../schema/request.ts';
import { openAllEngines } from '../../worker/engines/all-engines.ts';
import { encoderArgs } from '../../worker/media/encode-args.ts';
import { detectFilterSupport } from '../../worker/media/filter-support.ts';
import type { OutputPicture } from '../../worker/media/output-plan.ts';
import { toNumber } from '../../worker/media/rational.ts';
import { renderVideo } from '../../worker/pipeline/render-video.ts';
import { StageClock } from '../eval/stage-clock.ts';
import { median } from './median.ts';

const run = promisify(execFile);

const USAGE = `npm run bench -- pipeline [options]

  --video FILE --audio FILE   default: the presenter, drawn for --seconds, and two voices one after the other
  --seconds N                 length of the default clip and of the result (10)
  --resolution R              ${RESOLUTIONS.join(' | ')} (720p)
  --runs N                    how often each side runs, in turn; medians are printed (3)`;

const PICTURE = { width: 1280, height: 720 };

/**
 * How long a whole job takes from two files to a verified result, stage by stage, beside ffmpeg alone decoding,
 * scaling and encoding the same clip with the same encoder settings in the same run.
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
  const directory = await mkdtemp(join(tmpdir(), 'talk-v2v-bench-'));
  try {
    const seconds = Number(values.seconds);
    const inputs = await benchInputs(directory, seconds, values.video, values.audio);
    await compare(directory, inputs, seconds, values.resolution, Number(values.runs));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

interface BenchInputs {
  readonly videoPath: string;
  readonly voicePath: string;
}

async function benchInputs(directory: string, seconds: number, video?: string, audio?: string): Promise<BenchInputs> {
  const voicePath = audio ?? join(directory, 'voice.wav');
  if (audio === undefined) {
    const voices = ['-i', NEW_WORDS.audioPath, '-i', OWN_WORDS.audioPath];
    await run('ffmpeg', ['-v', 'error', ...voices, '-filter_complex', 'concat=n=2:v=0:a=1', voicePath]);
  }
  if (video !== undefined) return { videoPath: video, voicePath };
  console.error(`Drawing ${seconds} s of the presenter …`);
  const videoPath = join(directory, 'presenter.mp4');
  const mouth = await presenterMouth(OWN_WORDS);
  await makePresenterClip({ ...PICTURE, outPath: videoPath, seconds, mouth, voicePath: OWN_WORDS.audioPath });
  return { videoPath, voicePath };
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
  const signal = new AbortController().signal;
  const support = await detectFilterSupport(signal);
  const reference = { inputVideo: 'upload://benchmark', audioFile: 'upload://benchmark' };
  const request = talkV2VRequest.parse({ ...reference, resolution, audioDuration: seconds });
  const jobs: { totalMs: number; stageMs: Record<string, number> }[] = [];
  const plainMs: number[] = [];
  let resultSeconds = 0;
  for (let round = 0; round < runs; round++) {
    const clock = new StageClock();
    const startedAt = performance.now();
    const { picture, length } = await renderVideo({
      ...inputs,
      request,
      engine,
      support,
      directory,
      signal,
      report: (stage) => clock.enter(stage),
    });
    const stageMs = clock.stop();
    jobs.push({ totalMs: performance.now() - startedAt, stageMs: { ...stageMs } });
    resultSeconds = length.seconds;
    plainMs.push(await plainTranscode(inputs, picture, request.crf, length.seconds, join(directory, 'plain.mp4')));
    console.error(
      `run ${round + 1} of ${runs}: job ${jobs[round].totalMs.toFixed(0)} ms, ffmpeg ${plainMs[round].toFixed(0)} ms`,
    );
  }
  const totalMs = median(jobs.map((job) => job.totalMs));
  const stages = Object.keys(jobs[0].stageMs).map((stage) => {
    const ms = median(jobs.map((job) => job.stageMs[stage] ?? 0));
    return { stage, ms: Math.round(ms), share: Number((ms / totalMs).toFixed(3)) };
  });
  const report = {
    machine: `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}`,
    resolution,
    resultSeconds,
    jobMs: Math.round(totalMs),
    timesRealTime: Number(((resultSeconds * 1000) / totalMs).toFixed(2)),
    plainFfmpegMs: Math.round(median(plainMs)),
    jobOverPlainFfmpeg: Number((totalMs / median(plainMs)).toFixed(2)),
    peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
  };
  console.table(stages);
  console.log(JSON.stringify(report, null, 2));
}

/** ffmpeg alone: the same clip for as long, scaled to the same size, with the encoder settings of a result. */
async function plainTranscode(
  inputs: BenchInputs,
  picture: OutputPicture,
  crf: number,
  seconds: number,
  out: string,
): Promise<number> {
  const startedAt = performance.now();
  await run('ffmpeg', [
    ...['-v', 'error', '-y', '-stream_loop', '-1', '-i', inputs.videoPath, '-i', inputs.voicePath],
    ...['-map', '0:v:0', '-map', '1:a:0', '-vf', `scale=${picture.width}:${picture.height}:flags=lanczos`],
    ...encoderArgs(crf, picture.frameRate),
    ...['-r', String(toNumber(picture.frameRate)), '-c:a', 'aac', '-b:a', '192k', '-t', String(seconds), out],
  ]);
  return performance.now() - startedAt;
}
