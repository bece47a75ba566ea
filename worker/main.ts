import { runRole } from '../platform/process-role.ts';
import { startWorker } from './worker.ts';

await runRole('worker', startWorker);
