import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordProgress } from '../../../platform/jobs/attempt.ts';
import { claimJob } from '../../../platform/jobs/claim.ts';
import { completeJob, failJob } from '../../../platform/jobs/finish.ts';
import { type Client, JOB, SUBMIT, startTestServer, type TestServer } from '../running.ts';
import { INPUT } from '../services.ts';

let running: TestServer;
let client: Client;

beforeAll(async () => {
  running = await startTestServer();
  client = await running.client();
});

afterAll(() => running[Symbol.asyncDispose]());

async function submit(input: object = INPUT, key?: string) {
  const { data, errors } = await client.ask(SUBMIT, { input, key });
  expect(errors).toBeUndefined();
  return data.submitTalkV2V;
}

describe('submitTalkV2V', () => {
  test('takes every field of the input in GraphQL’s names', async () => {
    const input = {
      ...INPUT,
      prompt: 'calm',
      negativePrompt: 'blur',
      model: 'retalk',
      function: 'default',
      resolution: 'P480',
      imageSize: { width: 640, height: 480 },
      keepProportion: 'PAD',
      audioDuration: 4.5,
      frameRate: 30,
      maxFrames: 120,
      steps: 20,
      cfgScale: 7.5,
      crf: 20,
      seed: 3,
      syncMode: 'CUT_OFF',
      articulation: 1.25,
      speaker: { box: { left: 0.1, top: 0.2, right: 0.5, bottom: 0.75 }, seconds: 2.5 },
    };
    const { job } = await submit(input);
    expect(job).toMatchObject({ status: 'QUEUED', creditsHeld: 20, progress: 0, revision: 1 });
    const row = await running.database.db.query.jobs.findFirst({ where: (jobs, { eq }) => eq(jobs.id, job.id) });
    expect(row?.request).toEqual({ ...input, resolution: '480p', keepProportion: 'pad', syncMode: 'cut_off' });
  });

  test('reads null as left out', async () => {
    const { job } = await submit({ ...INPUT, resolution: null, crf: null, imageSize: null, syncMode: null });
    expect(job.creditsHeld).toBe(600);
  });

  test('takes a speaker in whose input the client spells out what it leaves out', async () => {
    const point = { x: 0.7, y: 0.3 };
    const { job } = await submit({ ...INPUT, speaker: { point, box: null, frame: null, seconds: 4 } });
    const { data } = await client.ask(
      'query ($id: ID!) { job(id: $id) { ... on Job { request { speaker { point { x y } box { left } frame seconds } } } } }',
      { id: job.id },
    );
    expect(data.job.request.speaker).toEqual({ point, box: null, frame: null, seconds: 4 });
    const refused = await submit({ ...INPUT, speaker: { point: { x: 1.2, y: 0.5 } } });
    expect(refused.issues.map(({ path }: { path: string }) => path)).toEqual(['speaker.point.x']);
  });

  test('answers with every mistake at its path', async () => {
    const refused = await submit({ ...INPUT, inputVideo: 'ftp://x', frameRate: 900 });
    expect(refused).toMatchObject({ __typename: 'InvalidInput', code: 'INVALID_INPUT' });
    expect(refused.issues.map(({ path }: { path: string }) => path).sort()).toEqual(['frameRate', 'inputVideo']);
  });

  test('answers with what is missing when credits are', async () => {
    const poor = await running.client(5);
    const { data } = await poor.ask(SUBMIT, { input: INPUT });
    expect(data.submitTalkV2V).toEqual({
      __typename: 'InsufficientCredits',
      code: 'INSUFFICIENT_CREDITS',
      required: 600,
      available: 5,
    });
  });

  test('answers a reused key with the job, or with a conflict that names it', async () => {
    const { job } = await submit(INPUT, 'key');
    expect((await submit(INPUT, 'key')).job.id).toBe(job.id);
    expect(await submit({ ...INPUT, seed: 9 }, 'key')).toEqual({
      __typename: 'IdempotencyConflict',
      code: 'IDEMPOTENCY_CONFLICT',
      jobId: job.id,
    });
  });

  test('carries the request id into the job', async () => {
    const { data, requestId } = await client.ask(SUBMIT, { input: INPUT });
    expect(requestId).toMatch(/^req_/);
    expect(data.submitTalkV2V.job.requestId).toBe(requestId);
  });
});

describe('job', () => {
  test('shows a job in work', async () => {
    const { db } = running.database;
    const { job } = await submit();
    await claimJob(db, job.id, 'wrk_test');
    await recordProgress(db, job.id, 1, {
      stage: 'render',
      progress: 0.25,
      etaSeconds: 12.5,
      stages: [{ name: 'fetch', startedAt: '2026-01-01T00:00:00.000Z', seconds: 0.4 }],
      warnings: [{ code: 'IGNORED_FIELD', message: 'prompt is not used by retalk' }],
    });
    const { data } = await client.ask(JOB, { id: job.id });
    expect(data.job).toMatchObject({
      __typename: 'Job',
      status: 'PROCESSING',
      attempt: 1,
      stage: 'RENDER',
      progress: 0.25,
      etaSeconds: 12.5,
      stages: [{ name: 'FETCH', startedAt: '2026-01-01T00:00:00.000Z', seconds: 0.4 }],
      warnings: [{ code: 'IGNORED_FIELD' }],
      result: null,
      error: null,
      endedAt: null,
    });
  });

  test('shows a completed job with URLs that are signed, and what it cost', async () => {
    const { db } = running.database;
    const { job } = await submit({ ...INPUT, audioDuration: 8 });
    await claimJob(db, job.id, 'wrk_test');
    const measured = {
      width: 1280,
      height: 720,
      frameRate: 29.97,
      frameCount: 240,
      durationSeconds: 8.008,
      bytes: 5_000_000_000,
      sha256: 'ab'.repeat(32),
    };
    const result = { videoKey: `results/${job.id}/1.mp4`, posterKey: `results/${job.id}/1.jpg`, ...measured };
    await completeJob(db, { id: job.id, attempt: 1, result, creditsUsed: 80, stages: [] });
    const { data } = await client.ask(JOB, { id: job.id });
    expect(data.job).toMatchObject({ status: 'COMPLETED', progress: 1, creditsUsed: 80 });
    expect(data.job.result).toMatchObject({ ...measured, contentType: 'video/mp4' });
    expect(data.job.result.url).toMatch(
      new RegExp(`^${running.server.url}/media/results/${job.id}/1\\.mp4\\?.*signature=`),
    );
    expect(data.job.result.posterUrl).toContain('/1.jpg?');
  });

  test('shows why a job failed, and whether to try again', async () => {
    const { job } = await submit();
    await failJob(running.database.db, { id: job.id, code: 'NO_FACE', message: 'No face was found.' });
    const { data } = await client.ask(JOB, { id: job.id });
    expect(data.job).toMatchObject({
      status: 'FAILED',
      creditsUsed: 0,
      error: { code: 'NO_FACE', message: 'No face was found.', retryable: false },
    });
  });

  test('of another account, unknown, or no id at all, is NotFound in the same words', async () => {
    const { job } = await submit();
    const stranger = await running.client();
    const answers = await Promise.all(
      [job.id, 'tlk_1_unknown', '', '*', "'; drop table jobs"].map((id) => stranger.ask(JOB, { id })),
    );
    for (const { data } of answers) {
      expect(data.job).toEqual({ __typename: 'NotFound', code: 'NOT_FOUND', message: answers[0].data.job.message });
    }
  });
});

test('quote answers what a submit would hold, and refuses what a submit would refuse', async () => {
  const QUOTE = `query Quote($input: TalkV2VInput!) {
    quote(input: $input) {
      ... on Quote { credits resolution billedSeconds estimatedSeconds exact }
      ... on InvalidInput { issues { path } }
    }
  }`;
  const quoted = await client.ask(QUOTE, { input: { ...INPUT, audioDuration: 8.5 } });
  expect(quoted.data.quote).toMatchObject({ credits: 80, resolution: 'P720', billedSeconds: 8, exact: true });
  expect(quoted.data.quote.estimatedSeconds).toBeGreaterThan(0);
  const refused = await client.ask(QUOTE, { input: { ...INPUT, audioDuration: -1 } });
  expect(refused.data.quote).toEqual({ issues: [{ path: 'audioDuration' }] });
});

test('viewer shows the account and what is left after holds', async () => {
  const fresh = await running.client(700);
  await fresh.ask(SUBMIT, { input: INPUT });
  const { data } = await fresh.ask('{ viewer { account { id name } credits } }');
  expect(data.viewer).toEqual({ account: { id: fresh.account.id, name: 'Test' }, credits: 100 });
});

test('createUpload gives a place for the file, and refuses what is no media or too large', async () => {
  const CREATE = `mutation Create($input: CreateUploadInput!) {
    createUpload(input: $input) {
      __typename
      ... on CreateUploadSuccess { upload { id reference url maxBytes expiresAt } }
      ... on Error { code }
    }
  }`;
  const created = await client.ask(CREATE, { input: { fileName: 'v.mp4', contentType: 'video/mp4', bytes: 10 } });
  const { upload } = created.data.createUpload;
  expect(upload).toMatchObject({ reference: `upload://${upload.id}`, maxBytes: 10 });
  expect(upload.url).toContain(running.server.url);
  const html = await client.ask(CREATE, { input: { fileName: 'v.html', contentType: 'text/html' } });
  expect(html.data.createUpload).toEqual({ __typename: 'InvalidInput', code: 'INVALID_INPUT' });
  const huge = await client.ask(CREATE, { input: { fileName: 'v.mp4', contentType: 'video/mp4', bytes: 1e15 } });
  expect(huge.data.createUpload).toEqual({ __typename: 'PayloadTooLarge', code: 'PAYLOAD_TOO_LARGE' });
});
