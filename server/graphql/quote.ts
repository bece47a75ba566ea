import { requireAccount } from '../context.ts';
import { InvalidInput } from '../refusal.ts';
import { type Quote, quoteTalkV2V } from '../use-cases/quote.ts';
import { builder } from './builder.ts';
import { ResolutionEnum, TalkV2VInput, withoutNulls } from './request-input.ts';

const QuoteObject = builder.objectRef<Quote>('Quote').implement({
  description: 'What a job would cost, and how long it would take if it were submitted now.',
  fields: (t) => ({
    credits: t.exposeInt('credits'),
    resolution: t.expose('resolution', { type: ResolutionEnum }),
    billedSeconds: t.exposeInt('billedSeconds'),
    estimatedSeconds: t.exposeInt('estimatedSeconds'),
    exact: t.exposeBoolean('exact', { description: 'false when the length is unknown and a bound was assumed.' }),
  }),
});

builder.queryField('quote', (t) =>
  t.field({
    type: QuoteObject,
    errors: { types: [InvalidInput], directResult: true, union: { name: 'QuoteResult' } },
    args: { input: t.arg({ type: TalkV2VInput, required: true }) },
    resolve: (_root, { input }, context) => quoteTalkV2V(requireAccount(context), withoutNulls(input)),
  }),
);
