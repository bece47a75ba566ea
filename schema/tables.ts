import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { ErrorCode } from './errors.ts';
import { JOB_STATUSES, type JobResult, type JobWarning, STAGES, type StageTiming } from './job.ts';
import type { TalkV2VRequest } from './request.ts';

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

export const jobStatus = pgEnum('job_status', JOB_STATUSES);
export const jobStage = pgEnum('job_stage', STAGES);
export const ledgerKind = pgEnum('ledger_kind', ['grant', 'hold', 'settle', 'release']);
export const uploadState = pgEnum('upload_state', ['pending', 'receiving', 'stored']);

export const accounts = pgTable(
  'accounts',
  {
    id: text('id').primaryKey(),
    name: text('name').notNull(),
    /** The sum of the account's ledger entries, kept beside them so that a hold can be one guarded UPDATE. */
    credits: integer('credits').notNull().default(0),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [check('credits_not_negative', sql`${table.credits} >= 0`)],
);

export const apiKeys = pgTable('api_keys', {
  id: text('id').primaryKey(),
  accountId: text('account_id')
    .notNull()
    .references(() => accounts.id),
  /** The first characters, for people to tell keys apart. */
  prefix: text('prefix').notNull(),
  /** SHA-256 of the whole key, hex. The key has 190 random bits, so a slow hash would add nothing. */
  hash: text('hash').notNull().unique(),
  createdAt: moment('created_at').notNull().defaultNow(),
  revokedAt: moment('revoked_at'),
});

/** Append-only. `amount` is the change of the account's available credits: a hold is negative, what comes back positive. */
export const ledgerEntries = pgTable(
  'ledger_entries',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    jobId: text('job_id'),
    kind: ledgerKind('kind').notNull(),
    amount: integer('amount').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [index('ledger_by_account').on(table.accountId, table.id)],
);

export const jobs = pgTable(
  'jobs',
  {
    id: text('id').primaryKey(),
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    requestId: text('request_id').notNull(),
    status: jobStatus('status').notNull().default('queued'),
    /** Grows with every change of the row: orders snapshots. */
    revision: integer('revision').notNull().default(1),
    model: text('model').notNull(),
    request: jsonb('request').$type<TalkV2VRequest>().notNull(),
    /** The failed or canceled job that this one repeats. */
    retryOf: text('retry_of'),
    idempotencyKey: text('idempotency_key'),
    /** SHA-256 of the canonical request: tells a repeat from a conflict under one idempotency key. */
    requestHash: text('request_hash').notNull(),
    creditsHeld: integer('credits_held').notNull(),
    creditsUsed: integer('credits_used'),
    /** Fencing number: a worker may change the row only under the attempt that it claimed. */
    attempt: integer('attempt').notNull().default(0),
    /** Attempts that crashed or failed by the service's own fault. Handing back doesn't count. */
    failures: integer('failures').notNull().default(0),
    workerId: text('worker_id'),
    /** Until then the worker owns the attempt; on a canceled job, until then it may still have to stop. */
    leaseExpiresAt: moment('lease_expires_at'),
    /** Not to be claimed or published again before this time: the pause after a failure. */
    runAfter: moment('run_after').notNull().defaultNow(),
    stage: jobStage('stage'),
    progress: doublePrecision('progress').notNull().default(0),
    etaSeconds: doublePrecision('eta_seconds'),
    stages: jsonb('stages').$type<StageTiming[]>().notNull().default([]),
    warnings: jsonb('warnings').$type<JobWarning[]>().notNull().default([]),
    errorCode: text('error_code').$type<ErrorCode>(),
    errorMessage: text('error_message'),
    result: jsonb('result').$type<JobResult>(),
    createdAt: moment('created_at').notNull().defaultNow(),
    startedAt: moment('started_at'),
    endedAt: moment('ended_at'),
    updatedAt: moment('updated_at').notNull().defaultNow(),
    /** The owner deleted it: its media are gone and nobody is shown it any more. The ledger still names it. */
    deletedAt: moment('deleted_at'),
  },
  // No index holds a column that heartbeats change, so that they stay heap-only updates.
  (table) => [
    uniqueIndex('jobs_by_idempotency_key').on(table.accountId, table.idempotencyKey),
    index('jobs_by_account').on(table.accountId, table.createdAt, table.id).where(sql`${table.deletedAt} is null`),
    index('jobs_by_account_and_status')
      .on(table.accountId, table.status, table.createdAt, table.id)
      .where(sql`${table.deletedAt} is null`),
    index('jobs_open').on(table.status, table.runAfter).where(sql`${table.status} in ('queued', 'processing')`),
    index('jobs_open_by_account').on(table.accountId).where(sql`${table.status} in ('queued', 'processing')`),
    index('jobs_ended_by_account').on(table.accountId, table.endedAt),
    index('jobs_waiting').on(table.model, table.createdAt, table.id).where(sql`${table.status} = 'queued'`),
  ],
);

export const uploads = pgTable('uploads', {
  id: text('id').primaryKey(),
  accountId: text('account_id')
    .notNull()
    .references(() => accounts.id),
  state: uploadState('state').notNull().default('pending'),
  fileName: text('file_name').notNull(),
  contentType: text('content_type').notNull(),
  maxBytes: bigint('max_bytes', { mode: 'number' }).notNull(),
  bytes: bigint('bytes', { mode: 'number' }),
  objectKey: text('object_key').notNull(),
  expiresAt: moment('expires_at').notNull(),
  createdAt: moment('created_at').notNull().defaultNow(),
});

export type AccountRow = typeof accounts.$inferSelect;
export type JobRow = typeof jobs.$inferSelect;
export type LedgerRow = typeof ledgerEntries.$inferSelect;
export type UploadRow = typeof uploads.$inferSelect;
