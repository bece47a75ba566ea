import { AckPolicy, type Consumer, type JsMsg, jetstreamManager } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { claimJob, LEASE_MS } from '../../platform/jobs/claim.ts';
import { ensureJobStream } from '../../platform/nats.ts';
import { publishSnapshot } from '../../platform/publish.ts';
import { type JobMessage, jobMessage } from '../../schema/messages.ts';
import type { WorkerContext } from '../context.ts';
import type { Outcome } from './outcome.ts';
import { runAttempt } from './run-attempt.ts';

/** As long as a lease: a worker that died is replaced as soon as its lease allows. */
const ACK_WAIT_MS = LEASE_MS;
const WORKING_MS = ACK_WAIT_MS / 4;
/** How long one pull waits for a message; also how long a stop may have to wait for an idle pull. */
const PULL_MS = 2_000;
/** When to look again at a job that another worker holds or that pauses after a failure: a lost job starts again this soon after its lease. */
const BUSY_DELAY_MS = 1_000;
const PULL_ERROR_PAUSE_MS = 1_000;

/** The durable consumer that all workers of a model share; made again, with its stream, when JetStream has lost them. */
async function openConsumer(context: WorkerContext, model: string): Promise<Consumer> {
  const { connection, jetstream, subjects } = context.nats;
  await ensureJobStream(connection, subjects);
  const manager = await jetstreamManager(connection);
  const name = `workers-${model.replaceAll('.', '_')}`;
  await manager.consumers.add(subjects.jobStream, {
    durable_name: name,
    filter_subject: subjects.jobsOf(model),
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(ACK_WAIT_MS),
    max_ack_pending: -1,
    max_deliver: -1,
  });
  return jetstream.consumers.get(subjects.jobStream, name);
}

/** Pulls a message only when there is room to work on it, until `shutdown`; then waits for the attempts to hand back. */
export async function consume(context: WorkerContext, model: string, shutdown: AbortSignal): Promise<void> {
  const slots = Array.from({ length: context.environment.WORKER_CONCURRENCY }, () =>
    workSlot(context, model, shutdown),
  );
  await Promise.all(slots);
}

async function workSlot(context: WorkerContext, model: string, shutdown: AbortSignal): Promise<void> {
  let consumer: Consumer | undefined;
  while (!shutdown.aborted) {
    try {
      consumer ??= await openConsumer(context, model);
      const message = await consumer.next({ expires: PULL_MS });
      if (message !== null) await handle(context, message, shutdown);
    } catch (error) {
      context.log.warn({ err: error }, 'a job could not be pulled or its end not be written; going on');
      consumer = undefined;
      await pauseUnlessStopped(PULL_ERROR_PAUSE_MS, shutdown);
    }
  }
}

async function handle(context: WorkerContext, message: JsMsg, shutdown: AbortSignal): Promise<void> {
  const job = parse(context, message);
  if (job === undefined) return message.term();
  if (shutdown.aborted) return message.nak();
  const claim = await claimJob(context.db, job.jobId, context.workerId);
  if (claim.kind === 'gone') return message.ack();
  if (claim.kind === 'busy') return message.nak(BUSY_DELAY_MS);
  publishSnapshot(context.nats, claim.job, context.log);
  const working = setInterval(() => message.working(), WORKING_MS);
  try {
    answer(message, await runAttempt(context, claim.job, shutdown));
  } finally {
    clearInterval(working);
  }
}

/** What each outcome means for the message. The row has been changed before, so a lost answer does no harm. */
function answer(message: JsMsg, outcome: Outcome['kind']): void {
  switch (outcome) {
    case 'completed':
    case 'failed':
      message.ack();
      break;
    case 'handed-back':
      message.nak();
      break;
    // The message of a job that another attempt holds must stay until that attempt ends.
    case 'lost':
    case 'retry':
      message.nak(BUSY_DELAY_MS);
      break;
  }
}

/** undefined for what is no job message; nobody could ever work on it. */
function parse(context: WorkerContext, message: JsMsg): JobMessage | undefined {
  const parsed = jobMessage.safeParse(jsonOf(message));
  if (parsed.success) return parsed.data;
  context.log.error({ subject: message.subject, err: parsed.error }, 'a message in the job queue is not a job');
  return undefined;
}

function jsonOf(message: JsMsg): unknown {
  try {
    return message.json();
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function pauseUnlessStopped(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}
