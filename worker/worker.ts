import { openDatabase } from '../platform/database.ts';
import type { Environment } from '../platform/env.ts';
import type { Logger } from '../platform/log.ts';
import { connectNats } from '../platform/nats.ts';
import { OpenedParts } from '../platform/opened-parts.ts';
import { openObjectStore } from '../platform/storage/open-store.ts';
import { newId } from '../schema/ids.ts';
import type { WorkerContext } from './context.ts';
import { type OpenEngines, openAllEngines } from './engines/all-engines.ts';
import { EngineRegistry } from './engines/registry.ts';
import { consume } from './jobs/consume.ts';
import { ShutdownRequested } from './jobs/outcome.ts';
import { detectFilterSupport } from './media/filter-support.ts';

/** Each attempt uses a connection now and then; heartbeats must not wait for one another. */
const CONNECTIONS_PER_JOB = 2;

export interface WorkerOptions {
  readonly log: Logger;
  /** Gives the models to serve; what it opens belongs to the worker. Default: every model of this build. */
  readonly openEngines?: (environment: Environment) => Promise<OpenEngines>;
}

/**
 * Starts a worker: opens what it stands on, loads the models, and pulls jobs until it is disposed. Disposal hands the
 * running attempts back before anything that they need is closed.
 */
export async function startWorker(environment: Environment, options: WorkerOptions): Promise<AsyncDisposable> {
  const { log } = options;
  await using opened = new OpenedParts();
  const database = opened.use(
    openDatabase(environment.DATABASE_URL, { poolSize: environment.WORKER_CONCURRENCY * CONNECTIONS_PER_JOB + 1, log }),
  );
  const workerId = newId('wrk');
  const nats = opened.use(
    await connectNats({ url: environment.NATS_URL, prefix: environment.NATS_PREFIX, name: workerId, log }),
  );
  const storage = opened.use(await openObjectStore(environment));
  const { engines } = opened.use(await (options.openEngines ?? openAllEngines)(environment));
  const support = await detectFilterSupport(AbortSignal.timeout(30_000));
  const context: WorkerContext = {
    workerId,
    environment,
    db: database.db,
    nats,
    storage,
    engines: new EngineRegistry(engines),
    support,
    log: log.child({ workerId }),
  };
  const shutdown = new AbortController();
  const consuming = Promise.all(context.engines.models.map((model) => consume(context, model, shutdown.signal)));
  opened.defer(async () => {
    shutdown.abort(new ShutdownRequested());
    await consuming;
  });
  context.log.info({ models: context.engines.models }, 'ready');
  return opened.move();
}
