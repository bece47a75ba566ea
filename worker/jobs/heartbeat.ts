import type { Database } from '../../platform/database.ts';
import { recordProgress } from '../../platform/jobs/attempt.ts';
import { LEASE_MS } from '../../platform/jobs/claim.ts';
import type { Logger } from '../../platform/log.ts';
import type { JobWarning } from '../../schema/job.ts';
import type { JobRow } from '../../schema/tables.ts';
import { AttemptLost } from './outcome.ts';
import type { ProgressMeter } from './progress-meter.ts';

/** Watchers are promised news at least every second of work. */
const BEAT_MS = 700;
/** Without a renewed lease for this long, another worker may be about to take the job. */
const SURRENDER_MS = LEASE_MS * 0.75;

export interface HeartbeatOptions {
  readonly db: Database;
  readonly job: JobRow;
  readonly meter: ProgressMeter;
  /** Told to stop when the attempt is no longer ours. */
  readonly controller: AbortController;
  readonly log: Logger;
  readonly warnings: () => JobWarning[];
  /** After each stored beat. */
  readonly onBeat: (job: JobRow) => void;
  readonly beatMs?: number;
}

/**
 * While it lives, one statement every beat stores the progress, renews the lease and proves that the attempt is still
 * the current one. Aborts the controller with `AttemptLost` when it isn't, or when Postgres can't be reached for so
 * long that it may not be.
 */
export class Heartbeat implements AsyncDisposable {
  readonly #options: HeartbeatOptions;
  readonly #timer: NodeJS.Timeout;
  #beating: Promise<void> | undefined;
  #renewedAt = performance.now();

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#timer = setInterval(() => {
      // A slow database must not pile beats up.
      this.#beating ??= this.#beat().finally(() => {
        this.#beating = undefined;
      });
    }, options.beatMs ?? BEAT_MS);
  }

  async #beat(): Promise<void> {
    const { db, job, meter, controller, log } = this.#options;
    if (controller.signal.aborted) return;
    try {
      const row = await recordProgress(db, job.id, job.attempt, {
        ...meter.read(),
        warnings: this.#options.warnings(),
      });
      if (row === undefined) {
        controller.abort(new AttemptLost('the row belongs to another attempt or has ended'));
        return;
      }
      this.#renewedAt = performance.now();
      this.#options.onBeat(row);
    } catch (error) {
      log.warn({ err: error }, 'the heartbeat could not be stored');
      if (performance.now() - this.#renewedAt > SURRENDER_MS) {
        controller.abort(new AttemptLost('the lease could not be renewed', { cause: error }));
      }
    }
  }

  /** Stops beating and waits for the beat in flight, so that none can follow the job's end. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
  }
}
