import { snapshotOf } from '../../platform/jobs/snapshot.ts';
import { requireAccount } from '../context.ts';
import { listJobs } from '../use-cases/list-jobs.ts';
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, mapPage } from '../use-cases/page.ts';
import { builder } from './builder.ts';
import { connectionOf } from './connection.ts';
import { JobObject, JobStatusEnum } from './job.ts';

const JobConnection = connectionOf('Job', JobObject);

/** The arguments of every list. */
export const PAGE_SIZE = `At most ${MAX_PAGE_SIZE}; ${DEFAULT_PAGE_SIZE} if left out.`;
export const AFTER = 'The endCursor of the page before.';

builder.queryField('jobs', (t) =>
  t.field({
    type: JobConnection,
    description: 'The jobs of the account, newest first.',
    args: {
      first: t.arg.int({ description: PAGE_SIZE }),
      after: t.arg.string({ description: AFTER }),
      status: t.arg({ type: [JobStatusEnum], description: 'Only jobs in one of these states.' }),
      createdAfter: t.arg({ type: 'DateTime' }),
      createdBefore: t.arg({ type: 'DateTime' }),
    },
    resolve: async (_root, { status, ...query }, context) =>
      mapPage(await listJobs(requireAccount(context), { ...query, statuses: status }), snapshotOf),
  }),
);
