import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { confirmStopped } from '../../../platform/jobs/finish.ts';
import { uploads } from '../../../schema/tables.ts';
import { type Client, JOB, SUBMIT, startTestServer, type TestServer } from '../running.ts';
import { INPUT } from '../services.ts';
import { WorkerHand } from '../worker-hand.ts';

const CANCEL = `mutation Cancel($id: ID!) {
  cancelJob(id: $id) {
    __typename
    ... on JobCanceled { job { id status creditsUsed } }
    ... on CancellationRequested { job { id status creditsUsed } }
    ... on JobAlreadyEnded { job { id status creditsUsed } }
    ... on Error { code message }
  }
}`;
const RETRY = `mutation Retry($id: ID!, $key: String) {
  retryJob(id: $id, idempotencyKey: $key) {
    __typename
    ... on RetryJobSuccess { job { id status retryOf request { inputVideo articulation } } }
    ... on JobNotRetryable { job { status } }
    ... on InvalidInput { issues { path } }
    ... on Error { code }
  }
}`;
const DELETE = `mutation Delete($id: ID!) {
  deleteJob(id: $id) {
    __typename
    ... on JobDeleted { id }
    ... on JobNotEnded { job { status } }
    ... on Error { code }
  }
}`;

let running: TestServer;
let client: Client;
let worker: WorkerHand;

beforeAll(async () => {
  running = await startTestServer({ rereadMs: 3_600_000 });
  worker = new WorkerHand(running);
});
beforeEach(async () => {
  client = await running.client(1_000);
});
afterAll(() => running[Symbol.asyncDispose]());

async function submit(input: object = INPUT): Promise<string> {
  const { data } = await client.ask(SUBMIT, { input: { audioDuration: 1, ...input } });
  return data.submitTalkV2V.job.id;
}

async function ask(document: string, id: string) {
  const { data, errors } = await client.ask(document, { id });
  expect(errors).toBeUndefined();
  return Object.values<Record<string, unknown>>(data)[0];
}

const credits = async () => (await client.ask('{ viewer { credits } }')).data.viewer.credits;

describe('cancelJob', () => {
  test('of a queued job cancels it', async () => {
    const id = await submit();
    expect(await credits()).toBe(990);
    expect(await ask(CANCEL, id)).toEqual({
      __typename: 'JobCanceled',
      job: { id, status: 'CANCELED', creditsUsed: 0 },
    });
    expect(await credits()).toBe(1_000);
  });

  test('of a job in work is a request until the worker confirms, and then there is nothing left to cancel', async () => {
    const id = await submit();
    await worker.claim(id);
    const job = { id, status: 'CANCELED', creditsUsed: 0 };
    expect(await ask(CANCEL, id)).toEqual({ __typename: 'CancellationRequested', job });
    await confirmStopped(running.database.db, id, 1);
    expect(await ask(CANCEL, id)).toEqual({ __typename: 'JobAlreadyEnded', job });
    expect(await credits()).toBe(1_000);
  });

  test('of what is not there is not found', async () => {
    const id = await submit();
    client = await running.client();
    expect(await ask(CANCEL, id)).toMatchObject({ __typename: 'NotFound', code: 'NOT_FOUND' });
    expect(await ask(CANCEL, 'nonsense')).toMatchObject({ __typename: 'NotFound' });
  });
});

describe('retryJob', () => {
  test('gives a new job that names the old one', async () => {
    const id = await submit();
    expect(await ask(RETRY, id)).toEqual({
      __typename: 'JobNotRetryable',
      code: 'NOT_RETRYABLE',
      job: { status: 'QUEUED' },
    });
    await ask(CANCEL, id);
    const retried = await ask(RETRY, id);
    expect(retried).toMatchObject({
      __typename: 'RetryJobSuccess',
      job: { status: 'QUEUED', retryOf: id, request: { inputVideo: INPUT.inputVideo, articulation: 1 } },
    });
  });

  test('names an upload that is gone, credits that lack, and jobs that are not there', async () => {
    const { data } = await client.ask(
      'mutation { createUpload(input: {fileName: "v.mp4", contentType: "video/mp4"}) { ... on CreateUploadSuccess { upload { id reference url } } } }',
    );
    const { upload } = data.createUpload;
    await fetch(upload.url, { method: 'PUT', body: 'bytes' });
    const uploaded = await submit({ ...INPUT, inputVideo: upload.reference });
    await ask(CANCEL, uploaded);
    await running.database.db.delete(uploads).where(eq(uploads.id, upload.id));
    expect(await ask(RETRY, uploaded)).toMatchObject({ __typename: 'InvalidInput', issues: [{ path: 'inputVideo' }] });
    const dear = await submit({ ...INPUT, audioDuration: 60 });
    await ask(CANCEL, dear);
    await submit({ ...INPUT, audioDuration: 60 });
    expect(await ask(RETRY, dear)).toMatchObject({ __typename: 'InsufficientCredits' });
    expect(await ask(RETRY, 'tlk_1_unknown')).toMatchObject({ __typename: 'NotFound' });
  });
});

describe('deleteJob', () => {
  test('waits for the end, then the job is found no more', async () => {
    const id = await submit();
    expect(await ask(DELETE, id)).toEqual({ __typename: 'JobNotEnded', code: 'NOT_ENDED', job: { status: 'QUEUED' } });
    await ask(CANCEL, id);
    expect(await ask(DELETE, id)).toEqual({ __typename: 'JobDeleted', id });
    expect(await ask(JOB, id)).toMatchObject({ __typename: 'NotFound' });
    expect(await ask(DELETE, id)).toMatchObject({ __typename: 'NotFound' });
  });
});
