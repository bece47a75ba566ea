import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import * as tables from '../schema/tables.ts';
import type { Logger } from './log.ts';

export type Database = NodePgDatabase<typeof tables>;
/** A database or a transaction on it: what a step inside somebody else's transaction takes. */
export type Executor = Pick<Database, 'select' | 'insert' | 'update' | 'delete' | 'execute'>;

export interface DatabaseHandle extends AsyncDisposable {
  readonly db: Database;
  /** Answers when Postgres does; rejects when it can't be reached. */
  ping(): Promise<void>;
}

/** Longer than any statement of ours takes; a lock that is held longer is a fault, and waiting would hide it. */
const STATEMENT_TIMEOUT_MS = 15_000;
const CONNECT_TIMEOUT_MS = 5_000;

/** Opens a pool. Connections are made when needed; the first statement fails if there is no server. */
export function openDatabase(url: string, options: { poolSize: number; log: Logger }): DatabaseHandle {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.poolSize,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
  });
  // An idle connection that the server closes is reported here; without a listener it would end the process.
  pool.on('error', (error) => options.log.warn({ err: error }, 'an idle database connection was lost'));
  return {
    db: drizzle(pool, { schema: tables }),
    async ping() {
      await pool.query('select 1');
    },
    async [Symbol.asyncDispose]() {
      await pool.end();
    },
  };
}
