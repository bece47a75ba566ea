import { parseArgs } from 'node:util';
import { createAccount, createApiKey } from '../platform/accounts.ts';
import { openDatabase } from '../platform/database.ts';
import { readDatabaseEnvironment } from '../platform/env.ts';
import { createLogger } from '../platform/log.ts';

// `npm run account -- --name NAME --credits N`: opens an account in the database at DATABASE_URL and prints its first
// API key, which can't be shown again.

const { values } = parseArgs({ options: { name: { type: 'string' }, credits: { type: 'string', default: '0' } } });
const credits = Number(values.credits);
if (!values.name || !Number.isSafeInteger(credits) || credits < 0) {
  console.error('Usage: npm run account -- --name NAME [--credits N]   (N: a whole number, default 0)');
  process.exitCode = 2;
} else {
  const environment = readDatabaseEnvironment();
  const log = createLogger('account', environment.LOG_LEVEL);
  await using database = openDatabase(environment.DATABASE_URL, { poolSize: 1, log });
  const account = await createAccount(database.db, { name: values.name, credits });
  const { key } = await createApiKey(database.db, account.id);
  console.log(`account ${account.id}\nkey     ${key}`);
}
