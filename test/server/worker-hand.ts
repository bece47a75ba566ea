import { type Progress, recordProgress } from '../../platform/jobs/attempt.ts';
import { claimJob } from '../../platform/jobs/claim.ts';
import { failJob } from '../../platform/jobs/finish.ts';
import { publishSnapshot } from '../../platform/publish.ts';
import type { JobRow } from '../../schema/tables.ts';
import type { TestServer } from './running.ts';
import { log } from './services.ts';

/** What a worker does to a job, step by step at the test's word: the rows and the events are real. */
export class WorkerHand {
  readonly #running: Pick<TestServer, 'database' | 'nats'>;

  constructor(running: Pick<TestServer, 'database' | 'nats'>) {
    this.#running = running;
  }

  async claim(id: string): Promise<JobRow> {
    const claim = await claimJob(this.#running.database.db, id, 'wrk_test');
    if (claim.kind !== 'claimed') throw new Error(`the job is ${claim.kind}`);
    return this.#told(claim.job);
  }

  async progress(job: JobRow, progress: number): Promise<JobRow> {
    const step: Progress = { stage: 'render', progress, etaSeconds: 1, stages: [], warnings: [] };
    return this.#told(await recordProgress(this.#running.database.db, job.id, job.attempt, step));
  }

  async fail(job: Pick<JobRow, 'id'>): Promise<JobRow> {
    const failure = { id: job.id, code: 'NO_FACE', message: 'No face was found.' } as const;
    return this.#told(await failJob(this.#running.database.db, failure));
  }

  #told(row: JobRow | undefined): JobRow {
    if (row === undefined) throw new Error('the job could not be moved');
    publishSnapshot(this.#running.nats, row, log);
    return row;
  }
}
