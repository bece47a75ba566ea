import { ERROR_CODES, ERRORS } from '../../schema/errors.ts';
import {
  IdempotencyConflict,
  type InputIssue,
  InsufficientCredits,
  InvalidInput,
  NotFound,
  PayloadTooLarge,
  type Refusal,
} from '../refusal.ts';
import { builder } from './builder.ts';

export const ErrorCodeEnum = builder.enumType('ErrorCode', {
  description: 'Stable names of everything that can go wrong.',
  values: Object.fromEntries(ERROR_CODES.map((code) => [code, { value: code, description: ERRORS[code].meaning }])),
});

export const ErrorInterface = builder.interfaceRef<Refusal>('Error').implement({
  description: 'An expected failure. The message says what to do about it.',
  fields: (t) => ({
    code: t.expose('code', { type: ErrorCodeEnum }),
    message: t.exposeString('message'),
  }),
});

const InputIssueObject = builder.objectRef<InputIssue>('InputIssue').implement({
  description: 'One thing that is wrong with an input.',
  fields: (t) => ({
    path: t.exposeString('path', { description: 'The field, dotted: imageSize.width.' }),
    message: t.exposeString('message'),
  }),
});

builder.objectType(InvalidInput, {
  name: 'InvalidInput',
  description: 'The input breaks rules of the contract; all of them are listed at once.',
  interfaces: [ErrorInterface],
  fields: (t) => ({ issues: t.field({ type: [InputIssueObject], resolve: ({ issues }) => [...issues] }) }),
});

builder.objectType(InsufficientCredits, {
  name: 'InsufficientCredits',
  description: 'The account does not hold the credits of this job.',
  interfaces: [ErrorInterface],
  fields: (t) => ({ required: t.exposeInt('required'), available: t.exposeInt('available') }),
});

builder.objectType(IdempotencyConflict, {
  name: 'IdempotencyConflict',
  description: 'The idempotency key was used with another payload.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    jobId: t.exposeID('jobId', { nullable: true, description: 'The job that the key belongs to.' }),
  }),
});

builder.objectType(NotFound, {
  name: 'NotFound',
  description: 'There is no such thing, or it belongs to another account.',
  interfaces: [ErrorInterface],
});

builder.objectType(PayloadTooLarge, {
  name: 'PayloadTooLarge',
  description: 'The file exceeds the size limit.',
  interfaces: [ErrorInterface],
});
