import { parseArgs } from 'node:util';
import { RESOLUTIONS } from '../../schema/request.ts';
import { openAllEngines } from '../../worker/engines/all-engines.ts';
import { detectFilterSupport } from '../../worker/media/filter-support.ts';
import { benchInputs, inBenchFolder, lengthened, machine } from './inputs.ts';
import { benchRequest, measureJob, totalCpu } from './measured-job.ts';

const USAGE = `npm run bench -- long [options]

  --minutes N                 length of the video and of the voice (10)
  --video-seconds N           keep the video this short, so that it plays back and forth under the voice
  --video FILE --audio FILE   repeated to that length; default: the presenter and two voices
  --resolution R              ${RESOLUTIONS.join(' | ')} (720p)`;

/** Seconds of the clip that is repeated. */
const CLIP_SECONDS = 10;

/** That a long job ends, and what it takes: time, CPU time, and memory, which must not grow with the length. */
export async function benchLong(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      minutes: { type: 'string', default: '10' },
      'video-seconds': { type: 'string' },
      video: { type: 'string' },
      audio: { type: 'string' },
      resolution: { type: 'string', default: '720p' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void console.log(USAGE);
  const seconds = Number(values.minutes) * 60;
  await inBenchFolder(async (directory) => {
    const clip = await benchInputs(directory, CLIP_SECONDS, values);
    const long = await lengthened(directory, clip, seconds);
    const videoSeconds = Number(values['video-seconds'] ?? seconds);
    const short = videoSeconds < seconds ? await lengthened(directory, clip, videoSeconds, 'short') : long;
    await using opened = await openAllEngines({ INFERENCE_THREADS: 1 });
    const job = await measureJob({
      videoPath: short.videoPath,
      voicePath: long.voicePath,
      engine: opened.engines[0],
      support: await detectFilterSupport(new AbortController().signal),
      directory,
      request: benchRequest(values.resolution, seconds),
    });
    const { frames, seconds: resultSeconds } = job.rendered.length;
    const cpu = totalCpu(job.cpu);
    const stages = Object.entries(job.stageMs).map(([stage, ms]) => ({ stage, seconds: Math.round(ms / 1000) }));
    const report = {
      machine: machine(),
      resolution: values.resolution,
      videoSeconds,
      resultSeconds,
      frames,
      wallSeconds: Math.round(job.wallSeconds),
      cpuSeconds: cpu && Math.round(cpu),
      cpuMsPerFrame: cpu && Number(((cpu * 1000) / frames).toFixed(1)),
      peakMb: job.peak,
    };
    console.table(stages);
    console.log(JSON.stringify(report, null, 2));
  });
}
