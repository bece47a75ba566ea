import type { JobResult } from '../../schema/job.ts';
import { JobFailure } from '../failure.ts';

/**
 * How an attempt can end. The worker maps each to the database and to the message in one place (`run-attempt.ts`).
 */
export type Outcome =
  /** The result is verified and stored. */
  | { readonly kind: 'completed'; readonly result: JobResult; readonly creditsUsed: number }
  /** The caller's trouble: the job fails with a code. */
  | { readonly kind: 'failed'; readonly failure: JobFailure }
  /** This worker is told to stop; another one takes the job, and no failure is counted. */
  | { readonly kind: 'handed-back' }
  /** The job was canceled, or another attempt holds it: nothing may be changed any more. */
  | { readonly kind: 'lost' }
  /** Our own trouble: the job is tried again, a few times. */
  | { readonly kind: 'retry'; readonly cause: unknown };

/** The worker shuts down. */
export class ShutdownRequested extends Error {
  override readonly name = 'ShutdownRequested';
}

/** The attempt is no longer the current one: the job was canceled, or its lease expired. */
export class AttemptLost extends Error {
  override readonly name = 'AttemptLost';
}

/** The attempt has run for longer than the operator allows. */
export class TimeLimitReached extends Error {
  override readonly name = 'TimeLimitReached';
}

/**
 * What an attempt's error means. When the attempt was aborted, the reason of the abort counts: what was thrown then
 * is only the noise of streams and child processes being torn down.
 */
export function outcomeOf(error: unknown, signal: AbortSignal): Outcome {
  const reason = signal.aborted ? signal.reason : error;
  if (reason instanceof ShutdownRequested) return { kind: 'handed-back' };
  if (reason instanceof AttemptLost) return { kind: 'lost' };
  if (reason instanceof TimeLimitReached) {
    const failure = new JobFailure(
      'TIMED_OUT',
      'Rendering took longer than this service allows. Your credits were returned; send a shorter voice.',
    );
    return { kind: 'failed', failure };
  }
  if (reason instanceof JobFailure) return { kind: 'failed', failure: reason };
  return { kind: 'retry', cause: reason };
}
