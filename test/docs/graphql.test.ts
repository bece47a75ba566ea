import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { RequestError } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Client, startTestServer, type TestServer } from '../server/running.ts';
import { WorkerHand } from '../server/worker-hand.ts';
import { waitFor } from '../support/wait-for.ts';

const run = promisify(execFile);
const page = readFileSync(new URL('../../docs/graphql.md', import.meta.url), 'utf8');

let running: TestServer;
let client: Client;
let directory: string;

beforeAll(async () => {
  running = await startTestServer();
  client = await running.client();
  // Beside the tests, so that packages are found from there.
  directory = mkdtempSync(join(dirname(fileURLToPath(import.meta.url)), '.snippets-'));
});

afterAll(async () => {
  rmSync(directory, { recursive: true, force: true });
  await running[Symbol.asyncDispose]();
});

/** Runs the page's snippet that holds the words, as a reader would, against the test's server. */
async function runSnippet(words: string, variables: Record<string, string> = {}): Promise<string> {
  const blocks = [...page.matchAll(/^```(sh|js)\n(.*?)^```$/gms)].filter(([, , code]) => code.includes(words));
  expect(blocks).toHaveLength(1);
  const [[, language, code]] = blocks;
  const file = join(directory, language === 'sh' ? 'snippet.sh' : `${words.replaceAll(/\W/g, '')}.mjs`);
  writeFileSync(file, code.replaceAll('localhost:4000', `localhost:${running.server.port}`));
  const program = language === 'sh' ? 'sh' : process.execPath;
  const { stdout } = await run(program, [file], { env: { API_KEY: client.key, PATH: '/usr/bin:/bin', ...variables } });
  return stdout;
}

test('asking for the viewer', async () => {
  expect(JSON.parse(await runSnippet('{ viewer'))).toEqual({
    data: { viewer: { account: { name: 'Test' }, credits: 10_000 } },
  });
});

test('submitting, then watching to the end over both transports', async () => {
  const submitted = JSON.parse(await runSnippet('order-1042')).data.submitTalkV2V;
  expect(submitted).toMatchObject({ __typename: 'SubmitTalkV2VSuccess', job: { status: 'QUEUED', creditsHeld: 80 } });
  const { id } = submitted.job;
  const sockets = runSnippet('stage ??', { JOB_ID: id });
  const events = runSnippet('event-stream', { JOB_ID: id });
  const worker = new WorkerHand(running);
  await worker.fail(await worker.claim(id));
  expect(await sockets).toContain('FAILED  0 % No face was found.');
  expect(await events).toMatch(/"status":"FAILED".*event: complete/s);
});

test('watching all jobs, listing and canceling', async () => {
  client = await running.client();
  const submitted = JSON.parse(await runSnippet('order-1042')).data.submitTalkV2V;
  const { id } = submitted.job;
  const all = runSnippet('jobsUpdated(since');
  await waitFor('interest in all jobs', async () => {
    try {
      const subject = running.nats.subjects.event(client.account.id, 'tlk_1_nobody');
      await running.nats.connection.request(subject, '{}', { timeout: 50 });
    } catch (error) {
      return !(error instanceof RequestError && error.isNoResponders());
    }
    return true;
  });
  const canceled = JSON.parse(await runSnippet('cancelJob', { JOB_ID: id })).data.cancelJob;
  expect(canceled).toEqual({ __typename: 'JobCanceled', job: { status: 'CANCELED' } });
  expect(await all).toMatch(new RegExp(`^(${id} QUEUED 0 %\n)?${id} CANCELED 0 %\n$`));
  const worker = new WorkerHand(running);
  const { data } = await client.ask(
    'mutation ($id: ID!) { retryJob(id: $id) { ... on RetryJobSuccess { job { id } } } }',
    { id },
  );
  await worker.fail(await worker.claim(data.retryJob.job.id));
  const listed = JSON.parse(await runSnippet('jobs(first: 50')).data.jobs;
  expect(listed.edges).toMatchObject([
    { node: { id: data.retryJob.job.id, status: 'FAILED', error: { code: 'NO_FACE' } } },
  ]);
});

test('uploading a file', async () => {
  const file = join(directory, 'voice.wav');
  writeFileSync(file, 'RIFF');
  const reference = (await runSnippet('openAsBlob', { FILE: file })).trim();
  const row = await waitFor('the upload', () => running.database.db.query.uploads.findFirst());
  expect(reference).toBe(`upload://${row.id}`);
  expect(row).toMatchObject({ state: 'stored', bytes: 4 });
});
