import { runRole } from '../platform/process-role.ts';
import { startServer } from './server.ts';

await runRole('server', startServer);
