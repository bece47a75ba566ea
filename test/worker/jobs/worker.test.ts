import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { eq, sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cancelJob } from '../../../platform/jobs/finish.ts';
import { post } from '../../../platform/jobs/ledger.ts';
import { publishJob } from '../../../platform/publish.ts';
import { type JobSnapshot, jobSnapshot } from '../../../schema/job.ts';
import type { TalkV2VInput } from '../../../schema/request.ts';
import { jobs } from '../../../schema/tables.ts';
import { startWorker } from '../../../worker/worker.ts';
import { ffmpegChildren } from '../../support/ffmpeg-children.ts';
import { frameThroughEngine, type Hooks, serving } from '../../support/frame-through-engine.ts';
import { GRANTED_CREDITS, type JobBench, makeVideo, makeVoice, openJobBench } from '../../support/job-bench.ts';
import { ownNats } from '../../support/nats.ts';
import { waitFor } from '../../support/wait-for.ts';

let bench: JobBench;
let inputs: TalkV2VInput;

beforeEach(async () => {
  bench = await openJobBench();
  inputs = {
    inputVideo: await bench.upload(await makeVideo(join(bench.directory, 'video.mp4'), 2)),
    audioFile: await bench.upload(await makeVoice(join(bench.directory, 'voice.wav'), 2.5)),
    // Small pictures make small waits.
    imageSize: { width: 160, height: 120 },
  };
});
afterEach(() => bench[Symbol.asyncDispose]());

function worker(hooks: Hooks = {}) {
  return startWorker(bench.environment, { log: bench.log, openEngines: serving(frameThroughEngine(hooks)) });
}

/** Blocks an engine until the attempt is aborted. */
async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
  signal.throwIfAborted();
}

describe('a job that goes well', () => {
  test('ends completed with a stored, hashed result, charged once for what it really lasts', async () => {
    await using _ = await worker();
    const job = await bench.ended((await bench.enqueue({ ...inputs, resolution: '480p' }, 300)).id);
    expect(job).toMatchObject({
      status: 'completed',
      attempt: 1,
      failures: 0,
      progress: 1,
      stage: null,
      errorCode: null,
    });
    expect(job.result).toMatchObject({
      width: 160,
      height: 120,
      frameRate: 25,
      durationSeconds: expect.closeTo(2.52, 1),
    });
    // 2.5 s at 480p are two billed seconds of 5 credits.
    expect(job.creditsUsed).toBe(10);
    expect(await bench.credits()).toBe(GRANTED_CREDITS - 10);
    expect(await bench.ledger(job.id)).toEqual([
      { kind: 'hold', amount: -300 },
      { kind: 'release', amount: 290 },
      { kind: 'settle', amount: 0 },
    ]);
    const object = await bench.storage.stat(job.result?.videoKey ?? '');
    expect(object).toEqual({ bytes: job.result?.bytes, contentType: 'video/mp4' });
    expect(job.stages.map(({ name }) => name)).toEqual([
      'fetch',
      'probe',
      'analyse',
      'articulate',
      'render',
      'encode',
      'verify',
      'store',
    ]);
    expect(await readdir(join(bench.directory, 'work'))).toEqual([]);
  });

  test('tells its watchers of progress that never goes back, and of its end', async () => {
    const seen: JobSnapshot[] = [];
    const subscription = bench.nats.connection.subscribe(bench.nats.subjects.event(bench.account.id, '*'), {
      callback: (_error, message) => {
        seen.push(jobSnapshot.parse(message.json()));
      },
    });
    await using _ = await worker({ onFrame: () => pause(40) });
    const { id } = await bench.enqueue(inputs);
    await waitFor('the final event', () => seen.some(({ status }) => status === 'completed'));
    subscription.unsubscribe();
    const progress = seen.map((snapshot) => snapshot.progress);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(seen.filter(({ stage }) => stage === 'render').length).toBeGreaterThan(1);
    expect(seen.every((snapshot) => snapshot.id === id)).toBe(true);
    const revisions = seen.map(({ revision }) => revision);
    expect(new Set(revisions).size).toBe(revisions.length);
  });

  test('warns about fields that the model does not use', async () => {
    await using _ = await worker();
    const { id } = await bench.enqueue({ ...inputs, prompt: 'smile', steps: 20, seed: 5 });
    const job = await bench.ended(id);
    expect(job.warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining("'prompt'"),
      expect.stringContaining("'steps'"),
    ]);
  });
});

describe('a job that the caller must mend', () => {
  test('fails with a named error and gives the credits back, and the worker goes on', async () => {
    const garbage = join(bench.directory, 'garbage');
    await writeFile(garbage, '<html>not a video</html>');
    await using _ = await worker();
    const bad = await bench.ended((await bench.enqueue({ ...inputs, inputVideo: await bench.upload(garbage) })).id);
    expect(bad).toMatchObject({ status: 'failed', errorCode: 'VIDEO_UNREADABLE', creditsUsed: 0, failures: 0 });
    expect(await bench.credits()).toBe(GRANTED_CREDITS);
    const good = await bench.ended((await bench.enqueue(inputs)).id);
    expect(good.status).toBe('completed');
  });

  test('fails before rendering when its true length costs more than the account has', async () => {
    let rendered = false;
    await using _ = await worker({
      onFrame: () => {
        rendered = true;
      },
    });
    await post(bench.db, { accountId: bench.account.id, kind: 'grant', amount: 15 - GRANTED_CREDITS });
    // 2.5 s cost 20 credits: 10 are held, 5 are left.
    const job = await bench.ended((await bench.enqueue(inputs, 10)).id);
    expect(job).toMatchObject({ status: 'failed', errorCode: 'INSUFFICIENT_CREDITS' });
    expect(rendered).toBe(false);
    expect(await bench.credits()).toBe(15);
  });

  test('fails for uploads that are gone', async () => {
    await using _ = await worker();
    const { id } = await bench.enqueue({ ...inputs, audioFile: 'upload://upl_doesnotexist' });
    expect(await bench.ended(id)).toMatchObject({ status: 'failed', errorCode: 'INPUT_UNREACHABLE' });
  });
});

describe('a worker that stops', () => {
  test('hands its job back without counting a failure, and another worker completes it', async () => {
    let started = false;
    const first = await worker({
      onFrame: (_index, signal) => {
        started = true;
        return untilAborted(signal);
      },
    });
    const { id } = await bench.enqueue(inputs);
    await waitFor('the first frame', () => started);
    await first[Symbol.asyncDispose]();
    expect(await bench.row(id)).toMatchObject({ status: 'queued', attempt: 1, failures: 0, leaseExpiresAt: null });
    await using _ = await worker();
    expect(await bench.ended(id)).toMatchObject({ status: 'completed', attempt: 2, failures: 0 });
    expect(await bench.credits()).toBe(GRANTED_CREDITS - 20);
  });
});

describe('a worker that is not the current one any more', () => {
  test('stops when the job is canceled, with its ffmpeg processes, confirms that, and changes nothing else', async () => {
    await using _ = await worker({ onFrame: (_index, signal) => untilAborted(signal) });
    const { id } = await bench.enqueue(inputs);
    await waitFor('rendering', async () => (await bench.row(id)).stage === 'render');
    await waitFor('ffmpeg', async () => (await ffmpegChildren(process.pid)) > 0);
    const canceled = await cancelJob(bench.db, id, eq(jobs.accountId, bench.account.id));
    expect(canceled?.leaseExpiresAt).toBeInstanceOf(Date);
    await waitFor('the worker to confirm', async () => (await bench.row(id)).leaseExpiresAt === null);
    expect(await ffmpegChildren(process.pid)).toBe(0);
    expect(await readdir(join(bench.directory, 'work'))).toEqual([]);
    expect(await bench.row(id)).toMatchObject({
      status: 'canceled',
      creditsUsed: 0,
      result: null,
      revision: canceled?.revision,
    });
    expect(await bench.credits()).toBe(GRANTED_CREDITS);
    expect(await bench.ledger(id)).toEqual([
      { kind: 'hold', amount: -100 },
      { kind: 'release', amount: 80 },
      { kind: 'release', amount: 20 },
    ]);
  });

  test('can neither finish nor charge once its lease was given to another attempt', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let frames = 0;
    const stale = await worker({
      onFrame: () => {
        frames += 1;
        return frames === 1 ? held : undefined;
      },
    });
    const { id } = await bench.enqueue(inputs);
    await waitFor('the first attempt', () => frames > 0);
    await bench.db
      .update(jobs)
      .set({ attempt: sql`${jobs.attempt} + 1` })
      .where(eq(jobs.id, id));
    release();
    await stale[Symbol.asyncDispose]();
    expect(await bench.row(id)).toMatchObject({ status: 'processing', attempt: 2, result: null });
    expect((await bench.ledger(id)).map(({ kind }) => kind)).not.toContain('settle');
  });
});

describe('a fault of our own', () => {
  test('is tried again after a pause, and fails the job with its credits back when it stays', async () => {
    let tries = 0;
    await using _ = await worker({
      onAnalyse: () => {
        tries += 1;
        throw new Error('the engine is broken');
      },
    });
    const { id } = await bench.enqueue(inputs);
    const job = await bench.ended(id, 50_000);
    expect(job).toMatchObject({ status: 'failed', errorCode: 'INTERNAL', attempt: 3 });
    expect(job.errorMessage).not.toContain('broken');
    expect(tries).toBe(3);
    expect(await bench.credits()).toBe(GRANTED_CREDITS);
  });
});

test('a wiped JetStream store loses no job: the one in flight ends, the queued one is published again', async () => {
  await using nats = await ownNats();
  await using own = await openJobBench({ natsUrl: nats.url });
  const video = await own.upload(await makeVideo(join(own.directory, 'video.mp4'), 1));
  const voice = await own.upload(await makeVoice(join(own.directory, 'voice.wav'), 1));
  let rendering = false;
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const engine = frameThroughEngine({
    onFrame: () => {
      rendering = true;
      return gate;
    },
  });
  await using _ = await startWorker(own.environment, { log: own.log, openEngines: serving(engine) });
  const running = await own.enqueue({ ...inputs, inputVideo: video, audioFile: voice });
  const queued = await own.enqueue({ ...inputs, inputVideo: video, audioFile: voice });
  await waitFor('rendering', () => rendering);
  await nats.stop();
  nats.wipe();
  await nats.start();
  release();
  expect(await own.ended(running.id)).toMatchObject({ status: 'completed', attempt: 1 });
  // What the server's sweep does with every queued row.
  await waitFor('NATS to take the job again', () =>
    publishJob(own.nats, queued).then(
      () => true,
      () => false,
    ),
  );
  expect(await own.ended(queued.id, 40_000)).toMatchObject({ status: 'completed', attempt: 1 });
  expect(await own.credits()).toBe(GRANTED_CREDITS - 20);
});
