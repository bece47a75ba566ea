import type { AccountRow } from '../../schema/tables.ts';
import { requireAccount } from '../context.ts';
import { builder } from './builder.ts';

const AccountObject = builder.objectRef<AccountRow>('Account').implement({
  fields: (t) => ({ id: t.exposeID('id'), name: t.exposeString('name') }),
});

const ViewerObject = builder.objectRef<AccountRow>('Viewer').implement({
  description: 'Who the API key belongs to.',
  fields: (t) => ({
    account: t.field({ type: AccountObject, resolve: (account) => account }),
    credits: t.exposeInt('credits', { description: 'Available now: what open jobs hold is taken off.' }),
  }),
});

builder.queryField('viewer', (t) =>
  t.field({ type: ViewerObject, resolve: (_root, _args, context) => requireAccount(context).account }),
);
