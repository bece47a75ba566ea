import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Lifecycle } from '../../platform/lifecycle.ts';
import { createLogger } from '../../platform/log.ts';
import { migrateDatabase } from '../../platform/migrate.ts';
import { type Guarded, spawnGuarded } from '../services/guard.ts';
import { startNats } from '../services/nats.ts';
import { freePort, isTaken } from '../services/port.ts';
import { startPostgres } from '../services/postgres.ts';
import type { RunningService } from '../services/service.ts';
import { localApiKey, signingSecret } from './secrets.ts';
import { supervise } from './supervisor.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DEFAULT_PORT = 4000;
const READY_DEADLINE_MS = 60_000;
const READY_POLL_MS = 100;

export interface StackOptions {
  /** Holds databases, objects and secrets. */
  readonly stateDir: string;
  readonly logDir: string;
  /** What the caller's environment says; `DATABASE_URL` and `NATS_URL` in it replace the embedded services. */
  readonly environment: Record<string, string>;
  /** False for a state that is thrown away: faster, and lost when the machine loses power. */
  readonly durable: boolean;
  /** Default: `PORT` of the environment, else 4000, or a free one when somebody has that. */
  readonly port?: number;
  /** Is told what the person who started it should know, a sentence each. */
  readonly notify: (sentence: string) => void;
}

export interface Stack extends AsyncDisposable {
  /** The server's base URL, without a slash at the end. */
  readonly url: string;
  readonly apiKey: string;
  /** Rejects when a part has ended that nothing restarts: the rest can't go on without it. */
  readonly broken: Promise<never>;
}

/** Starts PostgreSQL, NATS, the server and one worker, in this order; disposing stops them in the reverse one. */
export function startStack(options: StackOptions): Promise<Stack> {
  const stateDir = resolve(options.stateDir);
  const logPath = (name: string) => join(options.logDir, `${name}.log`);
  return Lifecycle.open(async (lifecycle) => {
    const services = new Map<string, RunningService>();
    const embed = async (name: string, starting: Promise<RunningService>) => {
      const service = lifecycle.use(await starting);
      services.set(name, service);
      return service.url;
    };
    const { DATABASE_URL, NATS_URL } = options.environment;
    const storage = { dataDir: join(stateDir, 'postgres'), durable: options.durable };
    const databaseUrl =
      DATABASE_URL ?? (await embed('PostgreSQL', startPostgres({ ...storage, logPath: logPath('postgres') })));
    const natsStore = { storeDir: join(stateDir, 'nats'), logPath: logPath('nats') };
    const natsUrl = NATS_URL ?? (await embed('nats-server', startNats(natsStore)));
    await migrateDatabase(databaseUrl);

    const port = options.port ?? (await choosePort(options));
    const environment = {
      DATA_DIR: stateDir,
      URL_SIGNING_SECRET: signingSecret(stateDir),
      ...options.environment,
      DATABASE_URL: databaseUrl,
      NATS_URL: natsUrl,
      PORT: String(port),
    };
    const url = `http://127.0.0.1:${port}`;
    for (const role of ['server', 'worker'] as const) {
      const start = () => spawnRole(role, environment, logPath(role));
      const first = await start();
      if (role === 'server') await untilReady(`${url}/readyz`, first, logPath(role));
      const supervised = supervise(first, start, (falls) =>
        options.notify(
          `The ${role} ended unexpectedly (${falls} in a row) and is started again; see ${logPath(role)}.`,
        ),
      );
      lifecycle.use(supervised);
    }
    const log = createLogger('setup', 'warn');
    return {
      url,
      apiKey: await localApiKey(join(stateDir, 'api-key'), databaseUrl, log),
      broken: firstToEnd(services, options.logDir),
      [Symbol.asyncDispose]: () => lifecycle[Symbol.asyncDispose](),
    };
  });
}

async function choosePort({ environment, notify }: StackOptions): Promise<number> {
  if (environment.PORT !== undefined) return Number(environment.PORT);
  if (!(await isTaken(DEFAULT_PORT))) return DEFAULT_PORT;
  const port = await freePort();
  notify(`Port ${DEFAULT_PORT} is in use by another program; taking ${port}. (PORT=… chooses one.)`);
  return port;
}

/** The same entry file that containers run, in a process of its own. */
function spawnRole(role: 'server' | 'worker', env: Record<string, string>, logPath: string): Promise<Guarded> {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return spawnGuarded({
    command: process.execPath,
    args: ['--import', tsx, join(ROOT, role, 'main.ts')],
    stopSignal: 'SIGTERM',
    cwd: ROOT,
    env,
    logPath,
  });
}

async function untilReady(url: string, server: Guarded, logPath: string): Promise<void> {
  const deadline = Date.now() + READY_DEADLINE_MS;
  while (!server.hasExited() && Date.now() < deadline) {
    // Refusing connections is what a starting server does; past the deadline its log tells the reason.
    const response = await fetch(url).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.ok) return;
    await delay(READY_POLL_MS);
  }
  await server[Symbol.asyncDispose]();
  throw new Error(`The server did not become ready. The end of ${logPath}:\n${server.logTail()}`);
}

function firstToEnd(services: Map<string, RunningService>, logDir: string): Promise<never> {
  const ends = [...services].map(async ([name, service]) => {
    await service.exited;
    throw new Error(`${name} has ended unexpectedly; see ${logDir}.`);
  });
  const broken = ends.length > 0 ? Promise.race(ends) : new Promise<never>(() => {});
  // Services also end when they are stopped; then nobody waits for this any more.
  broken.catch(() => {});
  return broken;
}
