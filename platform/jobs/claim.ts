import { eq, lte, sql } from 'drizzle-orm';
import { type JobRow, jobs } from '../../schema/tables.ts';
import type { Database } from '../database.ts';
import { databaseNow, databaseNowPlus, moveJob } from './move.ts';
import { recoverJob } from './recover.ts';

/** A worker that hasn't been heard of for this long has lost its job. Heartbeats come many times as often. */
export const LEASE_MS = 20_000;

export type Claim =
  | { readonly kind: 'claimed'; readonly job: JobRow }
  /** Somebody else works on it, or it pauses after a failure: look again later. */
  | { readonly kind: 'busy' }
  /** Ended or unknown: there is nothing to do. */
  | { readonly kind: 'gone' };

/** Takes a queued job, or one whose worker was lost, under a new attempt number and a lease. */
export async function claimJob(db: Database, id: string, workerId: string): Promise<Claim> {
  await recoverJob(db, id);
  const job = await moveJob(db, {
    id,
    to: 'processing',
    when: lte(jobs.runAfter, sql`now()`),
    set: {
      attempt: sql`${jobs.attempt} + 1`,
      workerId,
      leaseExpiresAt: databaseNowPlus(LEASE_MS),
      startedAt: sql`coalesce(${jobs.startedAt}, ${databaseNow})`,
      stage: null,
      progress: 0,
      etaSeconds: null,
      stages: [],
      warnings: [],
    },
  });
  if (job !== undefined) return { kind: 'claimed', job };
  const [row] = await db.select({ status: jobs.status }).from(jobs).where(eq(jobs.id, id));
  const open = row?.status === 'queued' || row?.status === 'processing';
  return { kind: open ? 'busy' : 'gone' };
}
