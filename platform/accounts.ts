import { createHash } from 'node:crypto';
import { and, eq, isNull } from 'drizzle-orm';
import { newId, randomToken } from '../schema/ids.ts';
import { type AccountRow, accounts, apiKeys } from '../schema/tables.ts';
import type { Database } from './database.ts';
import { post } from './jobs/ledger.ts';

/** 37 characters of 36: 191 bits. */
const KEY_LENGTH = 37;
const PREFIX_LENGTH = 10;

/** Opens an account; the credits it starts with are a grant in its ledger. */
export function createAccount(db: Database, account: { name: string; credits: number }): Promise<AccountRow> {
  return db.transaction(async (tx) => {
    const id = newId('acc');
    await tx.insert(accounts).values({ id, name: account.name });
    if (account.credits > 0) await post(tx, { accountId: id, kind: 'grant', amount: account.credits });
    const [row] = await tx.select().from(accounts).where(eq(accounts.id, id));
    return row;
  });
}

/** Makes a key for the account. Only its hash is stored: what is returned here can't be shown again. */
export async function createApiKey(db: Database, accountId: string): Promise<{ key: string }> {
  const key = `tk_${randomToken(KEY_LENGTH)}`;
  await db
    .insert(apiKeys)
    .values({ id: newId('key'), accountId, prefix: key.slice(0, PREFIX_LENGTH), hash: hashKey(key) });
  return { key };
}

/** The account that a key belongs to; undefined for an unknown or revoked key. */
export async function findAccountByKey(db: Database, key: string): Promise<AccountRow | undefined> {
  const [found] = await db
    .select({ account: accounts })
    .from(apiKeys)
    .innerJoin(accounts, eq(apiKeys.accountId, accounts.id))
    .where(and(eq(apiKeys.hash, hashKey(key)), isNull(apiKeys.revokedAt)));
  return found?.account;
}

function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
