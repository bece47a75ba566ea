import { createReadStream } from 'node:fs';
import { resultKeys } from '../../platform/storage/object-store.ts';
import type { JobResult, JobWarning, Stage } from '../../schema/job.ts';
import { talkV2VRequest } from '../../schema/request.ts';
import type { JobRow } from '../../schema/tables.ts';
import type { WorkerContext } from '../context.ts';
import { ignoredFields } from '../engines/registry.ts';
import { toNumber } from '../media/rational.ts';
import { fetchInputs } from './fetch-inputs.ts';
import { type RenderedVideo, renderVideo } from './render-video.ts';
import { openWorkspace } from './workspace.ts';

export interface AttemptCallbacks {
  readonly signal: AbortSignal;
  readonly report: (stage: Stage, fraction: number) => void;
  readonly warn: (warning: JobWarning) => void;
  readonly onLength: (seconds: number) => Promise<void>;
}

export interface ProducedResult {
  readonly result: JobResult;
  readonly outputSeconds: number;
}

/** The whole pipeline of an attempt, from the request's references to objects in storage. Leaves no file behind. */
export async function produceResult(
  context: WorkerContext,
  job: JobRow,
  callbacks: AttemptCallbacks,
): Promise<ProducedResult> {
  const { signal, report } = callbacks;
  // The row may be older than this worker: fields that came since get their defaults.
  const request = talkV2VRequest.parse(job.request);
  const engine = context.engines.find(job.model);
  for (const warning of ignoredFields(engine, request)) callbacks.warn(warning);
  await using workspace = await openWorkspace(context.environment.DATA_DIR, job.id, job.attempt);
  report('fetch', 0);
  const inputs = await fetchInputs(context, job, workspace.directory, signal, (done) => report('fetch', done));
  const rendered = await renderVideo({
    ...inputs,
    ...workspace,
    ...callbacks,
    request,
    engine,
    support: context.support,
  });
  report('store', 0);
  const result = await store(context, job, rendered, signal);
  return { result, outputSeconds: rendered.length.seconds };
}

async function store(
  context: WorkerContext,
  job: JobRow,
  { path, posterPath, picture, length, verified }: RenderedVideo,
  signal: AbortSignal,
): Promise<JobResult> {
  const keys = resultKeys(job.id, job.attempt);
  await context.storage.put(keys.poster, createReadStream(posterPath), { contentType: 'image/jpeg', signal });
  await context.storage.put(keys.video, createReadStream(path), { contentType: 'video/mp4', signal });
  return {
    videoKey: keys.video,
    posterKey: keys.poster,
    width: picture.width,
    height: picture.height,
    frameRate: toNumber(picture.frameRate),
    frameCount: length.frames,
    durationSeconds: verified.seconds,
    bytes: verified.bytes,
    sha256: verified.sha256,
  };
}
