import { eq, sql } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAccount } from '../../../platform/accounts.ts';
import { type Database, openDatabase } from '../../../platform/database.ts';
import { hold, release, settle } from '../../../platform/jobs/ledger.ts';
import { createLogger } from '../../../platform/log.ts';
import { accounts, ledgerEntries } from '../../../schema/tables.ts';
import { freshDatabase } from '../../support/database.ts';

async function balances(db: Database, accountId: string): Promise<{ credits: number; entries: number }> {
  const [account] = await db.select().from(accounts).where(eq(accounts.id, accountId));
  const [sum] = await db
    .select({ entries: sql`coalesce(sum(${ledgerEntries.amount}), 0)`.mapWith(Number) })
    .from(ledgerEntries)
    .where(eq(ledgerEntries.accountId, accountId));
  return { credits: account.credits, entries: sum.entries };
}

test('the balance is the sum of the entries and never negative, whatever is held, settled and released', async () => {
  await using fresh = await freshDatabase();
  await using database = openDatabase(fresh.url, { poolSize: 10, log: createLogger('test', 'fatal') });
  const { db } = database;
  const step = fc.record({ held: fc.integer({ min: 1, max: 200 }), used: fc.double({ min: 0, max: 1, noNaN: true }) });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 500 }), fc.array(step, { maxLength: 8 }), async (credits, steps) => {
      const { id } = await createAccount(db, { name: 'Test', credits });
      await Promise.all(
        steps.map(async ({ held, used }, n) => {
          const jobId = `job ${n}`;
          if (!(await db.transaction((tx) => hold(tx, id, jobId, held)))) return;
          if (used < 0.2) await db.transaction((tx) => release(tx, id, jobId, held));
          else await db.transaction((tx) => settle(tx, id, jobId, held, Math.floor(held * used)));
        }),
      );
      const after = await balances(db, id);
      expect(after.credits).toBe(after.entries);
      expect(after.credits).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 20 },
  );
});

test('of more holds at once than the account can bear, so many succeed as it can, and no more', async () => {
  await using fresh = await freshDatabase();
  await using database = openDatabase(fresh.url, { poolSize: 10, log: createLogger('test', 'fatal') });
  const { db } = database;
  const { id } = await createAccount(db, { name: 'Test', credits: 95 });
  const held = await Promise.all(
    Array.from({ length: 30 }, (_, n) => db.transaction((tx) => hold(tx, id, `job ${n}`, 10))),
  );
  expect(held.filter(Boolean)).toHaveLength(9);
  expect(await balances(db, id)).toEqual({ credits: 5, entries: 5 });
});
