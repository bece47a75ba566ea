import { type TalkV2VRequest, talkV2VRequest } from '../../schema/request.ts';
import type { LipSyncEngine } from '../../worker/engines/engine.ts';
import type { FilterSupport } from '../../worker/media/picture-filters.ts';
import { type RenderedVideo, renderVideo } from '../../worker/pipeline/render-video.ts';
import { StageClock } from '../eval/stage-clock.ts';
import type { BenchInputs } from './inputs.ts';
import { type CpuSeconds, cpuSeconds, MemoryWatch, type PeakMegabytes } from './usage.ts';

export interface Measured {
  readonly wallSeconds: number;
  /** CPU seconds of Node and of the processes that it started. */
  readonly cpu: CpuSeconds;
}

export interface MeasuredJob extends Measured {
  readonly rendered: RenderedVideo;
  /** Wall-clock milliseconds. */
  readonly stageMs: Readonly<Record<string, number>>;
  readonly peak: PeakMegabytes;
}

export interface JobBenchOptions extends BenchInputs {
  readonly engine: LipSyncEngine;
  readonly support: FilterSupport;
  readonly directory: string;
  readonly request: TalkV2VRequest;
}

/** What a caller would send, for files that lie here. */
export function benchRequest(resolution: string, audioDuration: number): TalkV2VRequest {
  const reference = { inputVideo: 'upload://benchmark', audioFile: 'upload://benchmark' };
  return talkV2VRequest.parse({ ...reference, resolution, audioDuration });
}

/** Runs `work` and says what it took. */
export async function measured<T>(work: () => Promise<T>): Promise<Measured & { readonly value: T }> {
  const before = cpuSeconds();
  const startedAt = performance.now();
  const value = await work();
  const after = cpuSeconds();
  const children =
    after.children === undefined || before.children === undefined ? undefined : after.children - before.children;
  const wallSeconds = (performance.now() - startedAt) / 1000;
  return { value, wallSeconds, cpu: { node: after.node - before.node, children } };
}

/** A whole job from two files to a verified result in `directory`. */
export async function measureJob(options: JobBenchOptions): Promise<MeasuredJob> {
  using memory = new MemoryWatch();
  const clock = new StageClock();
  const signal = new AbortController().signal;
  const run = await measured(() => renderVideo({ ...options, signal, report: (stage) => clock.enter(stage) }));
  return { ...run, rendered: run.value, stageMs: { ...clock.stop() }, peak: memory.peak };
}

/** CPU seconds of both sides together; undefined where children's can't be told. */
export function totalCpu({ node, children }: CpuSeconds): number | undefined {
  return children === undefined ? undefined : node + children;
}
