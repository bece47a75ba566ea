import { snapshotOf } from '../../platform/jobs/snapshot.ts';
import { requireAccount } from '../context.ts';
import {
  IdempotencyConflict,
  InsufficientCredits,
  InvalidInput,
  JobNotEnded,
  JobNotRetryable,
  NotFound,
} from '../refusal.ts';
import { type Cancellation, cancelJob } from '../use-cases/cancel.ts';
import { deleteJob } from '../use-cases/delete.ts';
import { retryEndedJob } from '../use-cases/retry.ts';
import { submitTalkV2V } from '../use-cases/submit.ts';
import { builder } from './builder.ts';
import { ErrorInterface } from './errors.ts';
import { JobObject } from './job.ts';
import { TalkV2VInput, withoutNulls } from './request-input.ts';

const IDEMPOTENCY_KEY = 'Repeats of one submission carry the same key and get the same job.';

builder.objectType(JobNotEnded, {
  name: 'JobNotEnded',
  description: 'The job is open, or it was canceled and its worker has not stopped yet.',
  interfaces: [ErrorInterface],
  fields: (t) => ({ job: t.field({ type: JobObject, resolve: ({ job }) => snapshotOf(job) }) }),
});

builder.objectType(JobNotRetryable, {
  name: 'JobNotRetryable',
  description: 'The job is open or has completed: only one that failed or was canceled can be retried.',
  interfaces: [ErrorInterface],
  fields: (t) => ({ job: t.field({ type: JobObject, resolve: ({ job }) => snapshotOf(job) }) }),
});

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
      idempotencyKey: t.arg.string({ description: IDEMPOTENCY_KEY }),
    },
    resolve: async (_root, { input, idempotencyKey }, context) =>
      snapshotOf(await submitTalkV2V(requireAccount(context), { input: withoutNulls(input), idempotencyKey })),
  }),
);

builder.mutationField('retryJob', (t) =>
  t.field({
    type: JobObject,
    description:
      'Takes a new job with the inputs of one that failed or was canceled; its credits are held anew. Uploads must still be kept.',
    errors: {
      types: [NotFound, JobNotRetryable, InvalidInput, InsufficientCredits, IdempotencyConflict],
      union: { name: 'RetryJobResult' },
      result: { name: 'RetryJobSuccess' },
      dataField: { name: 'job' },
    },
    args: { id: t.arg.id({ required: true }), idempotencyKey: t.arg.string({ description: IDEMPOTENCY_KEY }) },
    resolve: async (_root, { id, idempotencyKey }, context) =>
      snapshotOf(await retryEndedJob(requireAccount(context), id, idempotencyKey)),
  }),
);

const OUTCOMES = {
  canceled: ['JobCanceled', 'The job is canceled and its credits are back. Nothing works on it.'],
  requested: [
    'CancellationRequested',
    'The job is canceled and its credits are back. The worker that had it was told to stop, which takes two seconds at most, and has not confirmed it yet.',
  ],
  already_ended: ['JobAlreadyEnded', 'The job had ended before, so there was nothing to cancel.'],
} as const satisfies Record<Cancellation['outcome'], readonly [name: string, description: string]>;

function outcomeObject(outcome: Cancellation['outcome']) {
  const [name, description] = OUTCOMES[outcome];
  return builder.objectRef<Cancellation>(name).implement({
    description,
    fields: (t) => ({ job: t.field({ type: JobObject, resolve: ({ job }) => snapshotOf(job) }) }),
  });
}

const CancelJobResult = builder.errorUnion('CancelJobResult', {
  types: [outcomeObject('canceled'), outcomeObject('requested'), outcomeObject('already_ended'), NotFound],
  // Errors are told apart before this is asked.
  resolveType: (value) => (value instanceof NotFound ? 'NotFound' : OUTCOMES[value.outcome][0]),
});

builder.mutationField('cancelJob', (t) =>
  t.field({
    type: CancelJobResult,
    description: 'Ends a job in whatever state it is and returns its credits; its watchers are told at once.',
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) => cancelJob(requireAccount(context), id),
  }),
);

builder.mutationField('deleteJob', (t) =>
  t.id({
    description: 'Removes the result of an ended job, and uploads that only it used, and shows the job no more.',
    errors: {
      types: [NotFound, JobNotEnded],
      union: { name: 'DeleteJobResult' },
      result: { name: 'JobDeleted' },
      dataField: { name: 'id' },
    },
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_root, { id }, context) => {
      await deleteJob(requireAccount(context), id);
      return id;
    },
  }),
);
