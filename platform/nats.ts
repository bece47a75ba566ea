import {
  DiscardPolicy,
  type JetStreamClient,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { type Subjects, subjects } from '../schema/messages.ts';
import { within } from './deadline.ts';
import type { Logger } from './log.ts';

export interface NatsHandle extends AsyncDisposable {
  readonly connection: NatsConnection;
  readonly jetstream: JetStreamClient;
  readonly subjects: Subjects;
}

export interface NatsOptions {
  readonly url: string;
  readonly prefix: string;
  /** Shows up in the server's list of connections. */
  readonly name: string;
  readonly log: Logger;
  /** Copies of the job stream in a NATS cluster. */
  readonly replicas?: number;
}

const RECONNECT_WAIT_MS = 500;
const DRAIN_MS = 3_000;

/** Connects, reconnecting for ever, and makes sure that the job stream exists. Throws if NATS can't be reached at first. */
export async function connectNats(options: NatsOptions): Promise<NatsHandle> {
  const connection = await connect({
    servers: options.url,
    name: options.name,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_WAIT_MS,
  });
  logStatus(connection, options.log);
  const names = subjects(options.prefix);
  try {
    await ensureJobStream(connection, names, options.replicas ?? 1);
  } catch (error) {
    await connection.close();
    throw error;
  }
  return {
    connection,
    jetstream: jetstream(connection),
    subjects: names,
    async [Symbol.asyncDispose]() {
      // Draining asks the server, which may be away; what was not sent by now the sweep sends again.
      if (!(await within(DRAIN_MS, connection.drain()))) await connection.close();
    },
  };
}

/**
 * One subject per job with room for one message: while a job waits or is in flight a second publish is refused, so
 * publishing again is harmless however often and however late it happens.
 */
export async function ensureJobStream(connection: NatsConnection, names: Subjects, replicas = 1): Promise<void> {
  const manager = await jetstreamManager(connection);
  const config = {
    name: names.jobStream,
    subjects: [names.allJobs],
    retention: RetentionPolicy.Workqueue,
    storage: StorageType.File,
    discard: DiscardPolicy.New,
    discard_new_per_subject: true,
    max_msgs_per_subject: 1,
    num_replicas: replicas,
  };
  await manager.streams.add(config);
}

async function logStatus(connection: NatsConnection, log: Logger): Promise<void> {
  for await (const status of connection.status()) {
    if (status.type === 'disconnect') log.warn('the connection to NATS was lost; reconnecting');
    if (status.type === 'reconnect') log.info('the connection to NATS is back');
    if (status.type === 'error') log.warn({ err: status.error }, 'NATS reports an error');
  }
}
