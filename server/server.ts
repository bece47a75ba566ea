import { openDatabase } from '../platform/database.ts';
import type { Environment } from '../platform/env.ts';
import { Lifecycle } from '../platform/lifecycle.ts';
import { createLogger, type Logger } from '../platform/log.ts';
import { connectNats } from '../platform/nats.ts';
import { openObjectStore } from '../platform/storage/open-store.ts';
import type { Services } from './context.ts';
import { AccountFeed } from './feed/account-feed.ts';
import { JobFeed } from './feed/feed.ts';
import { openSockets, type SocketOptions } from './graphql/socket.ts';
import { createGraphQL } from './graphql/yoga.ts';
import { createApp } from './http.ts';
import { listen } from './listener.ts';
import { checkReadiness } from './readiness.ts';
import { SWEEP_INTERVALS, type SweepIntervals, startSweeps } from './sweeps.ts';

/** Statements are short, so a few connections serve many requests; Postgres allows 100 in all by default. */
const POOL_SIZE = 10;
/** What orchestrators grant between SIGTERM and SIGKILL is 30 s; sockets take some of it. */
const DRAIN_MS = 15_000;

export interface ServerOptions {
  readonly log?: Logger;
  readonly sweepIntervals?: SweepIntervals;
  /** How often watched jobs are read again. */
  readonly rereadMs?: number;
  /** How long requests in flight may take when the server stops. */
  readonly drainMs?: number;
  readonly sockets?: SocketOptions;
}

export interface RunningServer extends AsyncDisposable {
  readonly port: number;
  /** How clients reach it. */
  readonly url: string;
  /** A request without a socket. */
  fetch(request: Request): Response | Promise<Response>;
}

/** Starts the server role. Throws when Postgres or NATS can't be reached, or the port is taken. */
export function startServer(given: Environment, options: ServerOptions = {}): Promise<RunningServer> {
  const log = options.log ?? createLogger('server', given.LOG_LEVEL);
  return Lifecycle.open(async (lifecycle) => {
    const database = lifecycle.use(openDatabase(given.DATABASE_URL, { poolSize: POOL_SIZE, log }));
    await database.ping();
    const nats = lifecycle.use(
      await connectNats({ url: given.NATS_URL, prefix: given.NATS_PREFIX, name: 'talk-v2v server', log }),
    );
    const listener = lifecycle.use(await listen({ host: given.HOST, port: given.PORT }));
    const environment = { ...given, PORT: listener.port };
    const storage = lifecycle.use(await openObjectStore(environment));
    // From here on in reverse: sockets close, then the feed ends event streams, then other requests may finish.
    lifecycle.defer(() => listener.drain(options.drainMs ?? DRAIN_MS));
    const feeding = { db: database.db, nats, log, rereadMs: options.rereadMs };
    const feed = lifecycle.use(new JobFeed(feeding));
    const accountFeed = lifecycle.use(new AccountFeed(feeding));
    const services: Services = { environment, db: database.db, nats, storage, feed, accountFeed, log };

    const yoga = createGraphQL(services);
    const app = createApp({ services, yoga, readiness: () => checkReadiness(services, database) });
    const sockets = lifecycle.use(openSockets(services, yoga, options.sockets));
    lifecycle.use(startSweeps(services, options.sweepIntervals ?? SWEEP_INTERVALS));
    listener.serve(app.fetch, sockets);

    const url = environment.PUBLIC_URL ?? `http://localhost:${listener.port}`;
    log.info({ port: listener.port, url }, 'listening');
    return {
      port: listener.port,
      url,
      fetch: (request) => app.fetch(request),
      [Symbol.asyncDispose]: () => lifecycle[Symbol.asyncDispose](),
    };
  });
}
