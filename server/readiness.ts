import type { DatabaseHandle } from '../platform/database.ts';
import { within } from '../platform/deadline.ts';
import type { Services } from './context.ts';

/** A load balancer's probe waits about this long itself. */
const PING_MS = 2_000;

export interface Readiness {
  readonly ready: boolean;
  readonly parts: Readonly<Record<'postgres' | 'nats' | 'storage', 'up' | 'down'>>;
}

/** Asks everything that this server can't work without. Never throws and never takes longer than the deadline. */
export async function checkReadiness(
  { nats, storage }: Pick<Services, 'nats' | 'storage'>,
  database: Pick<DatabaseHandle, 'ping'>,
  deadlineMs = PING_MS,
): Promise<Readiness> {
  const [postgres, natsServer, objects] = await Promise.all([
    within(deadlineMs, database.ping()),
    within(deadlineMs, nats.connection.rtt()),
    within(deadlineMs, storage.ping()),
  ]);
  return {
    ready: postgres && natsServer && objects,
    parts: { postgres: word(postgres), nats: word(natsServer), storage: word(objects) },
  };
}

function word(up: boolean): 'up' | 'down' {
  return up ? 'up' : 'down';
}
