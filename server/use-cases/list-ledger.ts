import { and, desc, eq, lt } from 'drizzle-orm';
import { type LedgerRow, ledgerEntries } from '../../schema/tables.ts';
import type { AccountContext } from '../context.ts';
import { type Page, type PageRequest, pageOf, pageSize, readCursor, writeCursor } from './page.ts';

const CURSOR = /^ledger (\d{1,15})$/;

/** A page of the entries that changed the account's credits, newest first. Throws `InvalidInput`. */
export async function listLedger(
  { db, account }: Pick<AccountContext, 'db' | 'account'>,
  query: PageRequest,
): Promise<Page<LedgerRow>> {
  const size = pageSize(query.first);
  const rows = await db
    .select()
    .from(ledgerEntries)
    .where(
      and(
        eq(ledgerEntries.accountId, account.id),
        query.after ? lt(ledgerEntries.id, Number(readCursor(query.after, CURSOR)[0])) : undefined,
      ),
    )
    .orderBy(desc(ledgerEntries.id))
    .limit(size + 1);
  return pageOf(rows, size, (entry) => writeCursor('ledger', String(entry.id)), query);
}
