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
import { requireAccount } from '../context.ts';
import { IdempotencyConflict, InsufficientCredits, InvalidInput, NotFound } from '../refusal.ts';
import { findJob } from '../use-cases/find-job.ts';
import { resultUrls } from '../use-cases/result-urls.ts';
import { submitTalkV2V } from '../use-cases/submit.ts';
import { builder } from './builder.ts';
import { enumValues } from './enum-values.ts';
import { ErrorCodeEnum } from './errors.ts';
import { TalkV2VInput, withoutNulls } from './request-input.ts';

const JobStatusEnum = builder.enumType('JobStatus', { values: enumValues(JOB_STATUSES) });
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

builder.mutationField('submitTalkV2V', (t) =>
  t.field({
    type: JobObject,
    description: 'Takes a job and answers at once; its progress comes over jobUpdated.',
    errors: {
      types: [InvalidInput, InsufficientCredits, IdempotencyConflict],
      union: { name: 'SubmitTalkV2VResult' },
      result: { name: 'SubmitTalkV2VSuccess' },
      dataField: { name: 'job' },
    },
    args: {
      input: t.arg({ type: TalkV2VInput, required: true }),
      idempotencyKey: t.arg.string({
        description: 'Repeats of one submission carry the same key and get the same job.',
      }),
    },
    resolve: async (_root, { input, idempotencyKey }, context) =>
      snapshotOf(await submitTalkV2V(requireAccount(context), { input: withoutNulls(input), idempotencyKey })),
  }),
);

builder.subscriptionField('jobUpdated', (t) =>
  t.field({
    type: JobObject,
    description: 'The job as it is now, then every change, up to its end; then the subscription completes.',
    args: { id: t.arg.id({ required: true }) },
    subscribe: (_root, { id }, context) => context.feed.watch(requireAccount(context).account.id, id),
    resolve: (snapshot) => snapshot,
  }),
);
