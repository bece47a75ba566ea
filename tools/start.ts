import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inheritedEnvironment } from '../platform/env.ts';
import { InUse } from '../setup/services/owner.ts';
import { stopRequest } from '../setup/stack/shutdown.ts';
import { startStack } from '../setup/stack/stack.ts';

// `npm start` serves from this checkout until Ctrl-C; `npm start -- server` and `-- worker` run that one role against
// DATABASE_URL and NATS_URL, as containers do.

const STATE = fileURLToPath(new URL('../.data', import.meta.url));
const LOGS = join(STATE, 'logs');

async function serve(): Promise<void> {
  const stop = stopRequest();
  console.log('Starting …');
  await using stack = await startStack({
    stateDir: STATE,
    logDir: LOGS,
    environment: inheritedEnvironment(),
    durable: true,
    notify: (sentence) => console.error(sentence),
  });
  console.log(`
  GraphiQL   ${stack.url}/graphql
  OpenAPI    ${stack.url}/openapi.json
  API key    ${stack.apiKey}   (kept in ${join(STATE, 'api-key')})
  Logs       ${LOGS}

Serving until Ctrl-C.`);
  await Promise.race([stop, stack.broken]);
  console.log('Stopping …');
}

async function main(role: string | undefined): Promise<void> {
  if (role === 'server') await import('../server/main.ts');
  else if (role === 'worker') await import('../worker/main.ts');
  else if (role === undefined) await serve();
  else throw new Error(`Unknown role "${role}": give "server", "worker", or nothing for both.`);
}

try {
  await main(process.argv[2]);
} catch (error) {
  if (error instanceof InUse) console.error(`Talk-V2V already runs from this folder (process ${error.ownerPid}).`);
  else console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
