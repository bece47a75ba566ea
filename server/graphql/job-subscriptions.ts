import { requireAccount } from '../context.ts';
import { builder } from './builder.ts';
import { JobObject } from './job.ts';

builder.subscriptionField('jobUpdated', (t) =>
  t.field({
    type: JobObject,
    description: 'The job as it is now, then every change, up to its end; then the subscription completes.',
    args: { id: t.arg.id({ required: true }) },
    subscribe: (_root, { id }, context) => context.feed.watch(requireAccount(context), id),
    resolve: (snapshot) => snapshot,
  }),
);

builder.subscriptionField('jobsUpdated', (t) =>
  t.field({
    type: JobObject,
    description:
      'All jobs of the account: first those that are open or have just ended, then each that changes, in its newest state.',
    args: {
      since: t.arg({
        type: 'DateTime',
        description:
          'Begin with the jobs that ended since then as well, a day back at most: what a client that reconnects would else miss.',
      }),
    },
    subscribe: (_root, { since }, context) => context.accountFeed.watch(requireAccount(context), since),
    resolve: (snapshot) => snapshot,
  }),
);
