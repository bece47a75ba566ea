import { and, eq } from 'drizzle-orm';
import { hold } from '../../platform/jobs/ledger.ts';
import { publishJob, publishSnapshot } from '../../platform/publish.ts';
import { newJobId } from '../../schema/ids.ts';
import type { TalkV2VRequest } from '../../schema/request.ts';
import { accounts, type JobRow, jobs } from '../../schema/tables.ts';
import type { AccountContext } from '../context.ts';
import { IdempotencyConflict, InsufficientCredits, InvalidInput } from '../refusal.ts';
import { checkReferences, parseRequest } from './check-request.ts';
import { priceOf } from './quote.ts';
import { requestHash } from './request-hash.ts';

export interface Submission {
  readonly input: unknown;
  /** Repeats of one submission carry the same key and get the same job. */
  readonly idempotencyKey?: string | null;
}

const MAX_KEY_LENGTH = 255;

/**
 * Takes a job: its row and the hold of its credits are written together or not at all. A repeat under the same
 * idempotency key gives the job that exists. Throws `InvalidInput`, `InsufficientCredits`, `IdempotencyConflict`.
 */
export async function submitTalkV2V(context: AccountContext, submission: Submission): Promise<JobRow> {
  const key = parseKey(submission.idempotencyKey);
  return takeJob(context, { request: parseRequest(submission.input), key });
}

export interface NewJob {
  readonly request: TalkV2VRequest;
  /** From `parseKey`. */
  readonly key: string | null;
  /** The job that this one repeats. */
  readonly retryOf?: string;
}

export async function takeJob(context: AccountContext, { request, key, retryOf }: NewJob): Promise<JobRow> {
  const hash = requestHash(retryOf === undefined ? request : { ...request, retryOf });
  // A repeat must find its job even when its uploads and credits have been used up since.
  const known = await findByKey(context, key, hash);
  if (known !== undefined) return known;

  await checkReferences(context, request);
  const job = await insertWithHold(context, {
    id: newJobId(),
    accountId: context.account.id,
    requestId: context.requestId,
    model: request.model,
    request,
    retryOf,
    idempotencyKey: key,
    requestHash: hash,
    creditsHeld: priceOf(context, request).credits,
  });
  if (job !== undefined) {
    announce(context, job);
    return job;
  }
  const winner = await findByKey(context, key, hash);
  if (winner === undefined) throw new Error('a job was neither inserted nor found under its idempotency key');
  return winner;
}

/** null without a key. Throws `InvalidInput`. */
export function parseKey(key: string | null | undefined): string | null {
  if (key === null || key === undefined) return null;
  if (key.trim() !== '' && key.length <= MAX_KEY_LENGTH && !key.includes('\0')) return key;
  throw new InvalidInput([
    { path: 'idempotencyKey', message: `must have 1 to ${MAX_KEY_LENGTH} characters, none of them NUL` },
  ]);
}

async function findByKey({ db, account }: AccountContext, key: string | null, hash: string) {
  if (key === null) return undefined;
  const [job] = await db
    .select()
    .from(jobs)
    .where(and(eq(jobs.accountId, account.id), eq(jobs.idempotencyKey, key)));
  if (job !== undefined && job.requestHash !== hash) throw new IdempotencyConflict(job.id);
  if (job?.deletedAt) throw new IdempotencyConflict(job.id, 'which was deleted');
  return job;
}

/** undefined when another call with the same key was faster: the unique index lets one of them through. */
function insertWithHold({ db }: AccountContext, values: typeof jobs.$inferInsert): Promise<JobRow | undefined> {
  return db.transaction(async (tx) => {
    const [job] = await tx
      .insert(jobs)
      .values(values)
      .onConflictDoNothing({ target: [jobs.accountId, jobs.idempotencyKey] })
      .returning();
    if (job === undefined || (await hold(tx, job.accountId, job.id, job.creditsHeld))) return job;
    const [account] = await tx
      .select({ credits: accounts.credits })
      .from(accounts)
      .where(eq(accounts.id, job.accountId));
    throw new InsufficientCredits(job.creditsHeld, account.credits);
  });
}

/** The job is taken, whether or not NATS hears of it now: the sweep publishes it again. */
function announce({ nats, log }: AccountContext, job: JobRow): void {
  publishSnapshot(nats, job, log);
  publishJob(nats, job).catch((error) => {
    log.warn({ err: error, jobId: job.id }, 'a job could not be published now; the sweep will');
  });
}
