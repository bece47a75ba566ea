import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { migrateDatabase } from '../../platform/migrate.ts';
import { startNats } from '../../setup/services/nats.ts';
import { startPostgres } from '../../setup/services/postgres.ts';
import type { RunningService } from '../../setup/services/service.ts';
import { temporaryDirectory } from '../../setup/services/temporary.ts';
import { inDatabase, TEMPLATE_DATABASE } from './template.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the test files ask for the run's services: `GET /postgres` and `GET /nats` answer with a URL. */
    services: string;
  }
}

/**
 * One real PostgreSQL and one real nats-server for a whole run, each started when the first test file asks for it, so
 * that a run of pure tests costs nothing.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = temporaryDirectory('talk-v2v-test-');
  const started = new Map<string, Promise<RunningService>>();
  const starters: Record<string, () => Promise<RunningService>> = {
    '/postgres': () => startTemplate(directory.path),
    '/nats': () => startNats({ storeDir: join(directory.path, 'nats'), logPath: join(directory.path, 'nats.log') }),
  };
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const start = starters[path];
    if (start === undefined) return void response.writeHead(404).end();
    const service = started.get(path) ?? start();
    started.set(path, service);
    service.then(
      (running) => response.end(running.url),
      (error) => response.writeHead(500).end(String(error?.stack ?? error)),
    );
  });
  project.provide('services', await listen(server));
  return async () => {
    server.closeAllConnections();
    server.close();
    // One that failed to start has told its test file so.
    const results = await Promise.allSettled(started.values());
    for (const result of results) if (result.status === 'fulfilled') await result.value[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  };
}

async function startTemplate(directory: string): Promise<RunningService> {
  const options = { dataDir: join(directory, 'postgres'), logPath: join(directory, 'postgres.log'), durable: false };
  const postgres = await startPostgres(options);
  try {
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    await client.query(`CREATE DATABASE ${TEMPLATE_DATABASE}`);
    await client.end();
    await migrateDatabase(inDatabase(postgres.url, TEMPLATE_DATABASE));
    return postgres;
  } catch (error) {
    await postgres[Symbol.asyncDispose]();
    throw error;
  }
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') return reject(new Error('The server has no port.'));
      // The run's main process ends when vitest says so, not when this server is idle.
      server.unref();
      resolve(`http://127.0.0.1:${address.port}`);
    });
  });
}
