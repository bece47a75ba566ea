import { openDatabase } from '../platform/database.ts';
import type { Environment } from '../platform/env.ts';
import { Lifecycle } from '../platform/lifecycle.ts';
import type { Logger } from '../platform/log.ts';
import { connectNats } from '../platform/nats.ts';
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
/** ffmpeg answers in a tenth of a second; a machine too busy for this long can't render either. */
const FFMPEG_START_MS = 30_000;

export interface WorkerOptions {
  readonly log: Logger;
  /** Gives the models to serve; what it opens belongs to the worker. Default: every model of this build. */
  readonly openEngines?: (environment: Environment) => Promise<OpenEngines>;
}

/**
 * Starts a worker: opens what it stands on, loads the models, and pulls jobs until it is disposed. Disposal hands the
 * running attempts back before anything that they need is closed.
 */
export function startWorker(environment: Environment, options: WorkerOptions): Promise<AsyncDisposable> {
  return Lifecycle.open(async (lifecycle) => {
    const context = await openContext(environment, options, lifecycle);
    const shutdown = new AbortController();
    const consuming = Promise.all(context.engines.models.map((model) => consume(context, model, shutdown.signal)));
    lifecycle.defer(async () => {
      shutdown.abort(new ShutdownRequested());
      await consuming;
    });
    context.log.info({ models: context.engines.models }, 'ready');
    return lifecycle;
  });
}

async function openContext(
  environment: Environment,
  { log, openEngines = openAllEngines }: WorkerOptions,
  lifecycle: Lifecycle,
): Promise<WorkerContext> {
  const poolSize = environment.WORKER_CONCURRENCY * CONNECTIONS_PER_JOB + 1;
  const { db } = lifecycle.use(openDatabase(environment.DATABASE_URL, { poolSize, log }));
  const workerId = newId('wrk');
  const nats = lifecycle.use(
    await connectNats({ url: environment.NATS_URL, prefix: environment.NATS_PREFIX, name: workerId, log }),
  );
  const storage = lifecycle.use(await openObjectStore(environment));
  const { engines } = lifecycle.use(await openEngines(environment));
  return {
    workerId,
    environment,
    db,
    nats,
    storage,
    engines: new EngineRegistry(engines),
    support: await detectFilterSupport(AbortSignal.timeout(FFMPEG_START_MS)),
    log: log.child({ workerId }),
  };
}
