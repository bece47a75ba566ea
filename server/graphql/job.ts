import { snapshotOf } from '../../platform/jobs/snapshot.ts';
import { ERRORS } from '../../schema/errors.ts';
import {
  JOB_STATUSES,
  type JobResult,
  type JobSnapshot,
  type JobWarning,
  STAGES,
  type StageTiming,
} from '../../schema/job.ts';
import type { JobRow } from '../../schema/tables.ts';
import { type Loaders, requireAccount } from '../context.ts';
import { NotFound } from '../refusal.ts';
import { findJob } from '../use-cases/find-job.ts';
import { resultUrls } from '../use-cases/result-urls.ts';
import { builder } from './builder.ts';
import { enumValues } from './enum-values.ts';
import { ErrorCodeEnum } from './errors.ts';
import { TalkV2VRequestObject } from './request-object.ts';

export const JobStatusEnum = builder.enumType('JobStatus', { values: enumValues(JOB_STATUSES) });
const JobStageEnum = builder.enumType('JobStage', {
  description: 'What a job is doing, in order.',
  values: enumValues(STAGES),
});

const StageTimingObject = builder.objectRef<StageTiming>('StageTiming').implement({
  fields: (t) => ({
    name: t.expose('name', { type: JobStageEnum }),
    startedAt: t.field({ type: 'DateTime', resolve: (stage) => new Date(stage.startedAt) }),
    seconds: t.exposeFloat('seconds'),
  }),
});

const JobWarningObject = builder.objectRef<JobWarning>('JobWarning').implement({
  description: 'Something that the caller may want to know, though the job went on.',
  fields: (t) => ({ code: t.exposeString('code'), message: t.exposeString('message') }),
});

const JobErrorObject = builder.objectRef<NonNullable<JobSnapshot['error']>>('JobError').implement({
  description: 'Why a job failed. Its credits were returned.',
  fields: (t) => ({
    code: t.expose('code', { type: ErrorCodeEnum }),
    message: t.exposeString('message'),
    retryable: t.boolean({
      description: 'Whether the same request may succeed later.',
      resolve: ({ code }) => ERRORS[code].retry,
    }),
  }),
});

const JobResultObject = builder.objectRef<JobResult & { url: string; posterUrl: string }>('JobResult').implement({
  description: 'The finished video, as it was measured.',
  fields: (t) => ({
    url: t.exposeString('url', { description: 'Downloads the video without a key, for a limited time.' }),
    posterUrl: t.exposeString('posterUrl', { description: 'A picture of the video, JPEG.' }),
    width: t.exposeInt('width'),
    height: t.exposeInt('height'),
    frameRate: t.exposeFloat('frameRate'),
    frameCount: t.exposeInt('frameCount'),
    durationSeconds: t.exposeFloat('durationSeconds'),
    bytes: t.exposeFloat('bytes'),
    sha256: t.exposeString('sha256'),
    contentType: t.string({ resolve: () => 'video/mp4' }),
  }),
});

export const JobObject = builder.objectRef<JobSnapshot>('Job').implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    requestId: t.exposeID('requestId', { description: 'Names this job in the logs of the service.' }),
    status: t.expose('status', { type: JobStatusEnum }),
    model: t.exposeString('model'),
    request: t.field({
      type: TalkV2VRequestObject,
      description: 'What was asked for.',
      // Events don't carry it: it never changes, and its URLs may be secrets.
      resolve: async ({ id }, _args, { load }) => (await rowOf(id, load)).request,
    }),
    retryOf: t.exposeID('retryOf', { nullable: true, description: 'The job that this one repeats.' }),
    queuePosition: t.int({
      nullable: true,
      description: 'How many jobs of its model were queued before it and still are; null unless it is queued.',
      resolve: async ({ id, status }, _args, { load }) => (status === 'queued' ? await load.queuePosition(id) : null),
    }),
    attempt: t.exposeInt('attempt', { description: 'How many workers have taken the job so far.' }),
    revision: t.exposeInt('revision', { description: 'Grows with every change: the higher one is the newer.' }),
    stage: t.expose('stage', { type: JobStageEnum, nullable: true }),
    progress: t.exposeFloat('progress', { description: '0 to 1; never goes back within an attempt.' }),
    etaSeconds: t.exposeFloat('etaSeconds', { nullable: true }),
    creditsHeld: t.exposeInt('creditsHeld', { description: 'Set aside until the job ends.' }),
    creditsUsed: t.exposeInt('creditsUsed', {
      nullable: true,
      description: 'Charged in the end; 0 unless it completed.',
    }),
    error: t.expose('error', { type: JobErrorObject, nullable: true }),
    result: t.field({
      type: JobResultObject,
      nullable: true,
      resolve: async ({ result }, _args, context) => result && { ...result, ...(await resultUrls(context, result)) },
    }),
    warnings: t.expose('warnings', { type: [JobWarningObject] }),
    stages: t.expose('stages', { type: [StageTimingObject], description: 'How long each stage of the attempt took.' }),
    createdAt: t.field({ type: 'DateTime', resolve: ({ createdAt }) => new Date(createdAt) }),
    startedAt: t.field({ type: 'DateTime', nullable: true, resolve: ({ startedAt }) => momentOf(startedAt) }),
    endedAt: t.field({ type: 'DateTime', nullable: true, resolve: ({ endedAt }) => momentOf(endedAt) }),
  }),
});

async function rowOf(id: string, load: Loaders): Promise<JobRow> {
  const row = await load.row(id);
  if (row === undefined) throw new Error(`job ${id} is shown and not there`);
  return row;
}

function momentOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

builder.queryField('job', (t) =>
  t.field({
    type: JobObject,
    errors: { types: [NotFound], directResult: true, union: { name: 'JobLookup' } },
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_root, { id }, context) => snapshotOf(await findJob(requireAccount(context), id)),
  }),
);
