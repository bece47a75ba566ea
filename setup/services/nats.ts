import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { connect } from '@nats-io/transport-node';
import { type RunningService, startService } from './service.ts';
import { stopStale } from './stale.ts';

const STOP_SIGNAL = 'SIGTERM';
const CONNECT_TIMEOUT_MS = 1_000;

export interface NatsServerOptions {
  /** Holds the JetStream store and the server's configuration; made when missing, kept afterwards. */
  readonly storeDir: string;
  readonly logPath: string;
  /** Default: a free one. */
  readonly port?: number;
}

/**
 * Starts the real nats-server (found on PATH) with JetStream, on loopback only, and waits until it answers.
 * Throws `InUse` when a living process uses `storeDir`.
 */
export function startNats(options: NatsServerOptions): Promise<RunningService> {
  const storeDir = resolve(options.storeDir);
  const pidFile = join(storeDir, 'nats.pid');
  const configPath = join(storeDir, 'nats.conf');
  const prepare = async () => {
    mkdirSync(storeDir, { recursive: true, mode: 0o700 });
    await stopStale({ pidFile, argument: configPath, stopSignal: STOP_SIGNAL });
    rmSync(pidFile, { force: true });
    writeFileSync(configPath, configuration(storeDir));
    return {
      name: 'nats-server',
      command: 'nats-server',
      args: (port: number) => ['-c', configPath, '-p', String(port), '-P', pidFile],
      url: (port: number) => `nats://127.0.0.1:${port}`,
      pidFile,
      argument: configPath,
      stopSignal: STOP_SIGNAL,
      logPath: options.logPath,
      answers,
    } as const;
  };
  return startService(`${storeDir}.owner`, prepare, options.port);
}

function configuration(storeDir: string): string {
  // JSON strings are valid in this format, and quote whatever a path may hold.
  return `host: "127.0.0.1"\njetstream { store_dir: ${JSON.stringify(storeDir)} }\n`;
}

async function answers(url: string): Promise<boolean> {
  const connection = await connect({ servers: url, reconnect: false, timeout: CONNECT_TIMEOUT_MS });
  await connection.close();
  return true;
}
