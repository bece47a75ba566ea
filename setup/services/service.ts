import { setTimeout as delay } from 'node:timers/promises';
import type { Account } from './account.ts';
import { type Guarded, spawnGuarded } from './guard.ts';
import { claim } from './owner.ts';
import { freePort, isTaken } from './port.ts';
import { readPid } from './stale.ts';

const READY_DEADLINE_MS = 60_000;
const READY_POLL_MS = 50;
/** Another program may take a free port between our look and the service's; three times in a row it does not happen. */
const PORT_ATTEMPTS = 3;

export interface RunningService extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** The process id of the service itself. */
  readonly pid: number;
  /** Settles when the service has ended, whether it was asked to or not. */
  readonly exited: Promise<void>;
}

export interface ServiceDefinition {
  /** How messages call it. */
  readonly name: string;
  readonly command: string;
  readonly args: (port: number) => readonly string[];
  readonly url: (port: number) => string;
  /** Where the service notes its process id when it is up. */
  readonly pidFile: string;
  /** A part of its command line that no other program's has. */
  readonly argument: string;
  readonly stopSignal: NodeJS.Signals;
  readonly logPath: string;
  readonly account?: Account | undefined;
  /** True when the service answers; false or a rejection when it does not yet. */
  readonly answers: (url: string) => Promise<boolean>;
}

/**
 * Runs `prepare` and then the service that it describes, while the file at `ownerPath` says that the state is ours.
 * Without a `port` a free one is taken. Throws `InUse` when a living process holds the state, and an error with the end
 * of the log when the service doesn't answer.
 */
export async function startService(
  ownerPath: string,
  prepare: () => Promise<ServiceDefinition>,
  port?: number,
): Promise<RunningService> {
  const owned = claim(ownerPath);
  try {
    const definition = await prepare();
    const { service, servicePort } = await spawnReady(definition, port);
    return {
      url: definition.url(servicePort),
      port: servicePort,
      pid: readPid(definition.pidFile) ?? 0,
      exited: service.exited,
      async [Symbol.asyncDispose]() {
        await service[Symbol.asyncDispose]();
        owned[Symbol.dispose]();
      },
    };
  } catch (error) {
    owned[Symbol.dispose]();
    throw error;
  }
}

async function spawnReady(definition: ServiceDefinition, port?: number) {
  for (let attempt = 1; ; attempt += 1) {
    const servicePort = port ?? (await freePort());
    const service = await spawnGuarded({ ...definition, args: definition.args(servicePort) });
    if (await isReady(definition, servicePort, service)) return { service, servicePort };
    const ended = service.hasExited();
    await service[Symbol.asyncDispose]();
    const lostThePort = ended && port === undefined && (await isTaken(servicePort));
    if (!lostThePort || attempt === PORT_ATTEMPTS) {
      const { name, logPath } = definition;
      throw new Error(`${name} did not start. The end of ${logPath}:\n${service.logTail()}`);
    }
  }
}

async function isReady(definition: ServiceDefinition, port: number, service: Guarded): Promise<boolean> {
  const deadline = Date.now() + READY_DEADLINE_MS;
  while (!service.hasExited() && Date.now() < deadline) {
    // Refusing connections is what a starting service does; past the deadline its log tells the reason.
    const answered = await definition.answers(definition.url(port)).catch(() => false);
    if (answered && readPid(definition.pidFile) !== undefined) return !service.hasExited();
    await delay(READY_POLL_MS);
  }
  return false;
}
