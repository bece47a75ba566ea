import { startNats } from '../../../setup/services/nats.ts';
import { startPostgres } from '../../../setup/services/postgres.ts';

// Starts both services in the directory given, says where they are, and lives until it is killed.

const [directory] = process.argv.slice(2);
const postgres = await startPostgres({ dataDir: `${directory}/postgres`, logPath: `${directory}/postgres.log` });
const nats = await startNats({ storeDir: `${directory}/nats`, logPath: `${directory}/nats.log` });
console.log(
  JSON.stringify({ postgres: postgres.url, ports: [postgres.port, nats.port], pids: [postgres.pid, nats.pid] }),
);
