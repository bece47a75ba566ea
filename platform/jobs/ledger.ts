import { and, eq, gte, sql } from 'drizzle-orm';
import { accounts, ledgerEntries } from '../../schema/tables.ts';
import type { Executor } from '../database.ts';

type LedgerKind = (typeof ledgerEntries.kind.enumValues)[number];

interface Posting {
  readonly accountId: string;
  readonly jobId?: string;
  readonly kind: LedgerKind;
  /** Change of the available credits: negative for a hold. */
  readonly amount: number;
}

/**
 * Changes an account's credits and appends the entry that says why; to be called inside a transaction, so that both
 * happen or neither. Gives false, and changes nothing, when the account doesn't have that much.
 */
export async function post(db: Executor, posting: Posting): Promise<boolean> {
  const changed = await db
    .update(accounts)
    .set({ credits: sql`${accounts.credits} + ${posting.amount}` })
    .where(and(eq(accounts.id, posting.accountId), gte(accounts.credits, -posting.amount)))
    .returning({ id: accounts.id });
  if (changed.length === 0) return false;
  await db.insert(ledgerEntries).values({ ...posting, jobId: posting.jobId ?? null });
  return true;
}

/** Takes the credits of a job aside; false when the account has too few. */
export function hold(db: Executor, accountId: string, jobId: string, credits: number): Promise<boolean> {
  return post(db, { accountId, jobId, kind: 'hold', amount: -credits });
}

/** Charges `used` of the `held` credits and gives the rest back. */
export async function settle(
  db: Executor,
  accountId: string,
  jobId: string,
  held: number,
  used: number,
): Promise<void> {
  if (used > held) throw new Error(`job ${jobId} would be charged ${used} credits with only ${held} held`);
  await post(db, { accountId, jobId, kind: 'settle', amount: held - used });
}

/** Gives all held credits of a job back. */
export async function release(db: Executor, accountId: string, jobId: string, held: number): Promise<void> {
  await post(db, { accountId, jobId, kind: 'release', amount: held });
}
