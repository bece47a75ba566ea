import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createAccount, createApiKey, findAccountByKey } from '../../platform/accounts.ts';
import { openDatabase } from '../../platform/database.ts';
import type { Logger } from '../../platform/log.ts';
import { isErrno } from '../services/process.ts';

const SIGNING_SECRET_BYTES = 32;
/** More than anyone spends on a machine of their own. */
const LOCAL_CREDITS = 1_000_000;

/** The secret that signs URLs, made on the first run and kept in the state directory. */
export function signingSecret(stateDir: string): string {
  const path = join(stateDir, 'signing-secret');
  const kept = readIfThere(path);
  if (kept !== undefined) return kept;
  const secret = randomBytes(SIGNING_SECRET_BYTES).toString('hex');
  writePrivate(path, secret);
  return secret;
}

/** A key of the account "local", made on the first run, or again when the database doesn't know the kept one. */
export async function localApiKey(path: string, databaseUrl: string, log: Logger): Promise<string> {
  await using database = openDatabase(databaseUrl, { poolSize: 1, log });
  const kept = readIfThere(path);
  if (kept !== undefined && (await findAccountByKey(database.db, kept))) return kept;
  const account = await createAccount(database.db, { name: 'local', credits: LOCAL_CREDITS });
  const { key } = await createApiKey(database.db, account.id);
  writePrivate(path, key);
  return key;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function writePrivate(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${content}\n`, { mode: 0o600 });
}
