import type { Database } from '../platform/database.ts';
import type { Environment } from '../platform/env.ts';
import type { Logger } from '../platform/log.ts';
import type { NatsHandle } from '../platform/nats.ts';
import type { ObjectStore } from '../platform/storage/object-store.ts';
import type { EngineRegistry } from './engines/registry.ts';
import type { FilterSupport } from './media/picture-filters.ts';

/** What a worker has at hand; opened once by `worker.ts`. */
export interface WorkerContext {
  readonly workerId: string;
  readonly environment: Environment;
  readonly db: Database;
  readonly nats: NatsHandle;
  readonly storage: ObjectStore;
  readonly engines: EngineRegistry;
  /** What the installed ffmpeg can do. */
  readonly support: FilterSupport;
  readonly log: Logger;
}
