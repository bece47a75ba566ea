import type { AccountRow, LedgerRow } from '../../schema/tables.ts';
import { requireAccount } from '../context.ts';
import { listLedger } from '../use-cases/list-ledger.ts';
import { builder } from './builder.ts';
import { connectionOf } from './connection.ts';
import { AFTER, PAGE_SIZE } from './job-list.ts';

const AccountObject = builder.objectRef<AccountRow>('Account').implement({
  fields: (t) => ({ id: t.exposeID('id'), name: t.exposeString('name') }),
});

const LedgerKindEnum = builder.enumType('LedgerKind', {
  description: 'Why the credits changed.',
  values: {
    GRANT: { value: 'grant', description: 'Credits were given to the account.' },
    HOLD: { value: 'hold', description: 'Credits were set aside for a job.' },
    SETTLE: { value: 'settle', description: 'A job completed: what it did not cost came back.' },
    RELEASE: { value: 'release', description: 'Held credits came back.' },
  } as const satisfies Record<Uppercase<LedgerRow['kind']>, { value: LedgerRow['kind']; description: string }>,
});

const LedgerEntryObject = builder.objectRef<LedgerRow>('LedgerEntry').implement({
  description: 'One change of the available credits.',
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => String(id) }),
    kind: t.expose('kind', { type: LedgerKindEnum }),
    amount: t.exposeInt('amount', { description: 'Negative when credits are set aside.' }),
    jobId: t.exposeID('jobId', { nullable: true, description: 'The job it was for, also when that was deleted.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
  }),
});

const LedgerConnection = connectionOf('LedgerEntry', LedgerEntryObject);

const ViewerObject = builder.objectRef<AccountRow>('Viewer').implement({
  description: 'Who the API key belongs to.',
  fields: (t) => ({
    account: t.field({ type: AccountObject, resolve: (account) => account }),
    credits: t.exposeInt('credits', { description: 'Available now: what open jobs hold is taken off.' }),
    ledger: t.field({
      type: LedgerConnection,
      description: 'Every change of the credits, newest first. The amounts add up to the credits.',
      args: { first: t.arg.int({ description: PAGE_SIZE }), after: t.arg.string({ description: AFTER }) },
      resolve: (account, page, context) => listLedger({ ...context, account }, page),
    }),
  }),
});

builder.queryField('viewer', (t) =>
  t.field({ type: ViewerObject, resolve: (_root, _args, context) => requireAccount(context).account }),
);
