import { revokedKeys } from '../../platform/accounts.ts';
import type { Database } from '../../platform/database.ts';
import type { Logger } from '../../platform/log.ts';
import type { NatsHandle } from '../../platform/nats.ts';
import { repeat } from '../../platform/repeat.ts';
import { Refusal } from '../refusal.ts';
import type { Reader } from './reader.ts';

/** How long a lost event can delay what a watcher sees. */
const REREAD_MS = 3_000;
/** How long a new watcher waits for NATS to confirm the interest; without NATS the re-read serves it. */
export const ATTACH_MS = 500;

export interface FeedOptions {
  readonly db: Database;
  readonly nats: NatsHandle;
  readonly log: Logger;
  readonly rereadMs?: number;
}

/** Runs `reread` every few seconds, and when NATS is back: what was published while it was away is lost. */
export function keepReading(reread: () => Promise<void>, name: string, options: FeedOptions): AsyncDisposable {
  const { nats, log } = options;
  let disposed = false;
  const repetition = repeat(reread, { name, intervalMs: options.rereadMs ?? REREAD_MS, log });
  readAfterReconnects();
  return {
    async [Symbol.asyncDispose]() {
      disposed = true;
      await repetition[Symbol.asyncDispose]();
    },
  };

  async function readAfterReconnects(): Promise<void> {
    for await (const status of nats.connection.status()) {
      if (disposed) return;
      if (status.type !== 'reconnect') continue;
      await reread().catch((error) => log.warn({ err: error, task: name }, 'reading after a reconnect failed'));
    }
  }
}

/** Ends the readers whose key is good no more. */
export async function endRevoked(db: Database, readers: readonly Reader[]): Promise<void> {
  const revoked = await revokedKeys(db, new Set(readers.map(({ keyId }) => keyId)));
  for (const reader of readers) {
    if (revoked.has(reader.keyId)) reader.fail(new Refusal('UNAUTHENTICATED', 'The API key was revoked.'));
  }
}

export function shuttingDown(): Refusal {
  return new Refusal('UNAVAILABLE', 'This server is shutting down. Subscribe again to reach another one.');
}
