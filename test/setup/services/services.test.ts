import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { startNats } from '../../../setup/services/nats.ts';
import { InUse } from '../../../setup/services/owner.ts';
import { isTaken } from '../../../setup/services/port.ts';
import { startPostgres } from '../../../setup/services/postgres.ts';
import { sendSignal, startMark } from '../../../setup/services/process.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../../../setup/services/temporary.ts';
import { waitFor } from '../../support/wait-for.ts';

const OWNER_SCRIPT = fileURLToPath(new URL('./owner-process.ts', import.meta.url));
const started = z.object({ postgres: z.string(), ports: z.array(z.int()), pids: z.array(z.int()) });

let directory: TemporaryDirectory;

beforeEach(() => {
  directory = temporaryDirectory('talk-v2v-services-test-');
});

afterEach(() => {
  directory[Symbol.dispose]();
});

async function startOwner(): Promise<{ owner: ChildProcess; services: z.infer<typeof started> }> {
  const owner = spawn(process.execPath, ['--import', 'tsx', OWNER_SCRIPT, directory.path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (owner.stdout === null) throw new Error('The owner has no output.');
  const lines = createInterface(owner.stdout);
  const [line] = await once(lines, 'line');
  lines.close();
  return { owner, services: started.parse(JSON.parse(line)) };
}

async function query(url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(statement);
  await client.end();
  return rows;
}

const postgresOptions = () => ({
  dataDir: join(directory.path, 'postgres'),
  logPath: join(directory.path, 'postgres.log'),
});
const natsOptions = () => ({ storeDir: join(directory.path, 'nats'), logPath: join(directory.path, 'nats.log') });

describe('services whose owner is gone', () => {
  test('stop by themselves when their owner is killed hard, and the next start finds their data', async () => {
    const { owner, services } = await startOwner();
    await query(services.postgres, 'CREATE TABLE kept AS SELECT 42 AS answer');
    owner.kill('SIGKILL');
    await waitFor('both services to stop', () => services.pids.every((pid) => startMark(pid) === undefined));
    for (const port of services.ports) expect(await isTaken(port)).toBe(false);

    await using postgres = await startPostgres(postgresOptions());
    expect(await query(postgres.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  test('PostgreSQL recovers when it was killed itself, with its note of its process id left behind', async () => {
    const first = await startPostgres(postgresOptions());
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    sendSignal(first.pid, 'SIGKILL');
    await first.exited;
    await first[Symbol.asyncDispose]();

    await using second = await startPostgres(postgresOptions());
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });
});

describe('state that somebody uses', () => {
  test('is refused to a second owner, who learns the process that holds it', async () => {
    await using _nats = await startNats(natsOptions());
    const second = startNats(natsOptions());
    await expect(second).rejects.toThrow(InUse);
    await expect(second).rejects.toMatchObject({ ownerPid: process.pid });
  });
});

test('PostgreSQL speaks UTF-8 and listens on loopback only, with a password', async () => {
  await using postgres = await startPostgres(postgresOptions());
  expect(await query(postgres.url, "SELECT upper('straße é ㄱ') AS text")).toEqual([{ text: 'STRAßE É ㄱ' }]);
  expect(await query(postgres.url, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
  const withoutPassword = new URL(postgres.url);
  withoutPassword.password = 'wrong';
  await expect(query(withoutPassword.href, 'SELECT 1')).rejects.toThrow(/password/);
});

test('nats-server keeps its streams over a restart on the same port', async () => {
  const first = await startNats(natsOptions());
  const connection = await connect({ servers: first.url });
  await (await jetstreamManager(connection)).streams.add({ name: 'KEPT', subjects: ['kept.>'] });
  await connection.close();
  await first[Symbol.asyncDispose]();

  await using second = await startNats({ ...natsOptions(), port: first.port });
  expect(second.url).toBe(first.url);
  const again = await connect({ servers: second.url });
  const names = await (await jetstreamManager(again)).streams.names().next();
  await again.close();
  expect(names).toEqual(['KEPT']);
});

test('a service that can not start says so with the end of its log', async () => {
  await using blocker = await startNats(natsOptions());
  const other = join(directory.path, 'other');
  await expect(startNats({ storeDir: other, logPath: `${other}.log`, port: blocker.port })).rejects.toThrow(
    /nats-server did not start[\s\S]*address already in use/,
  );
});
