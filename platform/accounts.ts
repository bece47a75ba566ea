import { createHash } from 'node:crypto';
import { and, eq, inArray, isNull } from 'drizzle-orm';
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
export async function createApiKey(db: Database, accountId: string): Promise<{ id: string; key: string }> {
  const id = newId('key');
  const key = `tk_${randomToken(KEY_LENGTH)}`;
  await db.insert(apiKeys).values({ id, accountId, prefix: key.slice(0, PREFIX_LENGTH), hash: hashKey(key) });
  return { id, key };
}

export interface KeyOwner {
  readonly account: AccountRow;
  readonly keyId: string;
}

/** Who a key belongs to; undefined for an unknown or revoked key. */
export async function findAccountByKey(db: Database, key: string): Promise<KeyOwner | undefined> {
  const [found] = await db
    .select({ account: accounts, keyId: apiKeys.id })
    .from(apiKeys)
    .innerJoin(accounts, eq(apiKeys.accountId, accounts.id))
    .where(and(eq(apiKeys.hash, hashKey(key)), isNull(apiKeys.revokedAt)));
  return found;
}

/** Which of the keys, by their ids, are good no more. */
export async function revokedKeys(db: Database, keyIds: ReadonlySet<string>): Promise<Set<string>> {
  if (keyIds.size === 0) return new Set();
  const good = await db
    .select({ id: apiKeys.id })
    .from(apiKeys)
    .where(and(inArray(apiKeys.id, [...keyIds]), isNull(apiKeys.revokedAt)));
  const revoked = new Set(keyIds);
  for (const { id } of good) revoked.delete(id);
  return revoked;
}

function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
