import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNats } from '../../setup/services/nats.ts';
import type { RunningService } from '../../setup/services/service.ts';
import { ask } from './ask.ts';

export interface TestNats {
  readonly url: string;
  /** First token of every subject and stream name: no other test file has the same, so none sees this one's messages. */
  readonly prefix: string;
}

/** The run's real nats-server, and a prefix (`NATS_PREFIX`) that nobody else uses on it. */
export async function freshNats(): Promise<TestNats> {
  return { url: await ask('/nats'), prefix: `test_${randomUUID().replaceAll('-', '')}` };
}

export interface OwnNats extends AsyncDisposable {
  readonly url: string;
  /** The port stays the same over `stop` and `start`, so that clients find it again. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Forgets all streams and messages; only while stopped. */
  wipe(): void;
}

/** A real nats-server of one's own, for tests in which it goes away. It runs when this returns. */
export async function ownNats(): Promise<OwnNats> {
  const directory = mkdtempSync(join(tmpdir(), 'talk-v2v-nats-'));
  const options = { storeDir: join(directory, 'store'), logPath: join(directory, 'nats.log') };
  const first = await startNats(options);
  const { port, url } = first;
  let running: RunningService | undefined = first;
  const stop = async () => {
    await running?.[Symbol.asyncDispose]();
    running = undefined;
  };
  return {
    url,
    stop,
    async start() {
      running ??= await startNats({ ...options, port });
    },
    wipe() {
      if (running) throw new Error('Stop the server before its store is wiped.');
      rmSync(options.storeDir, { recursive: true, force: true });
    },
    async [Symbol.asyncDispose]() {
      await stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
