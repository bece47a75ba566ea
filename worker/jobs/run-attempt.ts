import { adjustHold, handBackJob, retryJob } from '../../platform/jobs/attempt.ts';
import { completeJob, confirmStopped, failJob } from '../../platform/jobs/finish.ts';
import type { Logger } from '../../platform/log.ts';
import { publishSnapshot } from '../../platform/publish.ts';
import type { JobWarning, StageTiming } from '../../schema/job.ts';
import { creditsFor } from '../../schema/rate-card.ts';
import type { JobRow } from '../../schema/tables.ts';
import type { WorkerContext } from '../context.ts';
import { JobFailure } from '../failure.ts';
import { produceResult } from '../pipeline/produce-result.ts';
import { Heartbeat } from './heartbeat.ts';
import { AttemptLost, type Outcome, outcomeOf, TimeLimitReached } from './outcome.ts';
import { ProgressMeter } from './progress-meter.ts';

/**
 * Runs one claimed attempt to its end and writes that end down. Never throws for what goes wrong in the attempt
 * itself; rejects only when the end can't be written, and then the lease expires and the job is recovered.
 */
export async function runAttempt(context: WorkerContext, job: JobRow, shutdown: AbortSignal): Promise<Outcome['kind']> {
  const log = context.log.child({ jobId: job.id, requestId: job.requestId, attempt: job.attempt });
  log.info('attempt started');
  const meter = new ProgressMeter();
  const warnings: JobWarning[] = [];
  const outcome = await attemptOutcome(context, job, { shutdown, meter, warnings, log });
  if (outcome.kind === 'retry') log.error({ err: outcome.cause }, 'attempt failed by our own fault');
  if (outcome.kind === 'failed') log.warn({ err: outcome.failure }, 'job failed');
  const row = await settleOutcome(context, job, outcome, { stages: meter.finish(), warnings });
  if (row === undefined) {
    log.warn({ outcome: outcome.kind }, 'the attempt had been taken away; its end was not recorded');
    await confirmStopped(context.db, job.id, job.attempt);
  } else {
    publishSnapshot(context.nats, row, log);
    log.info({ outcome: outcome.kind, status: row.status }, 'attempt ended');
  }
  return outcome.kind;
}

interface Attempt {
  readonly shutdown: AbortSignal;
  readonly meter: ProgressMeter;
  /** Grows while the attempt runs. */
  readonly warnings: JobWarning[];
  readonly log: Logger;
}

async function attemptOutcome(
  context: WorkerContext,
  job: JobRow,
  { shutdown, meter, warnings, log }: Attempt,
): Promise<Outcome> {
  const controller = new AbortController();
  const stop = () => controller.abort(shutdown.reason);
  shutdown.addEventListener('abort', stop, { once: true });
  if (shutdown.aborted) stop();
  const limitMs = context.environment.JOB_TIME_LIMIT_SECONDS * 1000;
  const timeLimit = setTimeout(() => controller.abort(new TimeLimitReached()), limitMs);
  try {
    await using _heartbeat = new Heartbeat({
      db: context.db,
      job,
      meter,
      controller,
      log,
      warnings: () => warnings,
      onBeat: (row) => publishSnapshot(context.nats, row, log),
    });
    const { result, outputSeconds } = await produceResult(context, job, {
      signal: controller.signal,
      report: (stage, fraction) => meter.report(stage, fraction),
      warn: (warning) => warnings.push(warning),
      onLength: (seconds) => holdTrueCost(context, job, seconds),
    });
    controller.signal.throwIfAborted();
    return { kind: 'completed', result, creditsUsed: creditsFor(job.request.resolution, outputSeconds) };
  } catch (error) {
    return outcomeOf(error, controller.signal);
  } finally {
    clearTimeout(timeLimit);
    shutdown.removeEventListener('abort', stop);
  }
}

/** Once the length of the result is known, exactly its credits are held: what was held too much returns before rendering. */
async function holdTrueCost(context: WorkerContext, job: JobRow, outputSeconds: number): Promise<void> {
  const credits = creditsFor(job.request.resolution, outputSeconds);
  const change = await adjustHold(context.db, job.id, job.attempt, credits);
  if (change === 'lost') throw new AttemptLost('the attempt was taken away before rendering');
  if (change === 'insufficient') {
    throw new JobFailure(
      'INSUFFICIENT_CREDITS',
      `The result is ${outputSeconds.toFixed(1)} s long and costs ${credits} credits, more than the account has. Add credits, or bound the length with audioDuration.`,
    );
  }
}

/** Writes the end down; undefined when the attempt had been taken away meanwhile. */
async function settleOutcome(
  context: WorkerContext,
  job: JobRow,
  outcome: Outcome,
  record: { stages: StageTiming[]; warnings: JobWarning[] },
): Promise<JobRow | undefined> {
  const { db } = context;
  const { id, attempt } = job;
  switch (outcome.kind) {
    case 'completed': {
      const { result, creditsUsed } = outcome;
      const row = await completeJob(db, { id, attempt, result, creditsUsed, ...record });
      if (row === undefined) await discard(context, result);
      return row;
    }
    case 'failed':
      return failJob(db, { id, attempt, code: outcome.failure.code, message: outcome.failure.message, ...record });
    case 'handed-back':
      return handBackJob(db, id, attempt);
    case 'retry':
      return retryJob(db, id, attempt);
    case 'lost':
      return undefined;
  }
}

/** The files of an attempt that lost its job after storing them. */
async function discard(context: WorkerContext, result: { videoKey: string; posterKey: string }): Promise<void> {
  await context.storage.remove(result.videoKey);
  await context.storage.remove(result.posterKey);
}
