import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAccount, createApiKey } from '../../platform/accounts.ts';
import { type DatabaseHandle, openDatabase } from '../../platform/database.ts';
import type { Environment } from '../../platform/env.ts';
import { claimJob } from '../../platform/jobs/claim.ts';
import { completeJob } from '../../platform/jobs/finish.ts';
import { Lifecycle } from '../../platform/lifecycle.ts';
import { resultKeys } from '../../platform/storage/object-store.ts';
import { openObjectStore } from '../../platform/storage/open-store.ts';
import { uploads } from '../../schema/tables.ts';
import { type RunningServer, startServer } from '../../server/server.ts';
import { freshEnvironment, log } from '../server/services.ts';

/** The commands and programs of docs/api.md, run as a reader would, against a real server. */

const run = promisify(execFile);
const page = await readFile(new URL('../../docs/api.md', import.meta.url), 'utf8');
// biome-ignore lint/style/noProcessEnv: the reader's own curl and python are found where the reader finds them.
const PATH = process.env.PATH;
const VIDEO = Buffer.from('stands for a video');

const lifecycle = new Lifecycle();
let environment: Environment;
let server: RunningServer;
let database: DatabaseHandle;
let folder: string;
let apiKey: string;

beforeAll(async () => {
  ({ environment } = lifecycle.use(await freshEnvironment()));
  database = lifecycle.use(openDatabase(environment.DATABASE_URL, { poolSize: 2, log }));
  server = lifecycle.use(await startServer(environment, { log }));
  const account = await createAccount(database.db, { name: 'Reader', credits: 1000 });
  apiKey = (await createApiKey(database.db, account.id)).key;
  folder = await mkdtemp(join(tmpdir(), 'talkv2v-docs-'));
  await writeFile(join(folder, 'voice.mp3'), 'stands for a voice');
});
afterAll(async () => {
  await lifecycle[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

function snippet(language: 'sh' | 'python', mark: string): string {
  const all = [...page.matchAll(/^```(\w+)\n([\s\S]*?)\n```$/gm)];
  const found = all.find(([, kind, text]) => kind === language && text.includes(mark));
  if (found === undefined) throw new Error(`the page has no ${language} snippet with ${mark}`);
  return found[2].replaceAll('http://localhost:4000', `http://127.0.0.1:${server.port}`);
}

async function shell(mark: string, variables: Record<string, string> = {}) {
  const env = { PATH, API_KEY: apiKey, ...variables };
  const { stdout } = await run('bash', ['-euc', snippet('sh', mark)], { cwd: folder, env });
  return JSON.parse(stdout).data;
}

async function python(mark: string, before = ''): Promise<string> {
  const env = { PATH, API_KEY: apiKey };
  const { stdout } = await run('python3', ['-c', `${before}\n${snippet('python', mark)}`], { cwd: folder, env });
  return stdout;
}

function works(command: string, args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    // Not installed: the tests that need it are skipped, and the report of the run says so.
    return false;
  }
}

/** Does a worker's part, for what a client sees of it. */
async function complete(id: string): Promise<void> {
  const claim = await claimJob(database.db, id, 'wrk_docs');
  if (claim.kind !== 'claimed') throw new Error(`the job is ${claim.kind}`);
  const keys = resultKeys(id, claim.job.attempt);
  await using storage = await openObjectStore({ ...environment, PORT: server.port });
  await storage.put(keys.video, Readable.from([VIDEO]), { contentType: 'video/mp4' });
  const result = {
    videoKey: keys.video,
    posterKey: keys.poster,
    width: 1280,
    height: 720,
    frameRate: 30,
    frameCount: 255,
    durationSeconds: 8.5,
    bytes: VIDEO.length,
    sha256: '0'.repeat(64),
  };
  await completeJob(database.db, { id, attempt: claim.job.attempt, creditsUsed: 80, stages: [], result });
}

async function stateOf(uploadId: string): Promise<string> {
  const [row] = await database.db.select().from(uploads).where(eq(uploads.id, uploadId));
  return row.state;
}

test.runIf(works('curl', ['--version']))('the curl commands submit, follow and fetch a job', async () => {
  const job = await shell('input_video');
  expect(job).toMatchObject({ status: 'queued', credit_cost: 80 });
  expect(await shell('/status', { JOB_ID: job.job_id })).toMatchObject({ status: 'queued', progress: 0 });
  await complete(job.job_id);
  expect(await shell('/result', { JOB_ID: job.job_id })).toMatchObject({ status: 'completed', used_credit: 80 });
});

test.runIf(works('curl', ['--version']))('the curl commands cancel and list jobs', async () => {
  const job = await shell('input_video');
  expect(await shell('/cancel', { JOB_ID: job.job_id })).toMatchObject({ status: 'failed', outcome: 'canceled' });
  const done = await shell('input_video');
  await complete(done.job_id);
  const { jobs } = await shell('/jobs');
  expect(jobs[0]).toMatchObject({ job_id: done.job_id, status: 'completed' });
});

test.runIf(works('curl', ['--version']))('the curl commands upload a file', async () => {
  const upload = await shell('file_name');
  expect(await shell('UPLOAD_URL', { UPLOAD_URL: upload.upload_url })).toMatchObject({ reference: upload.reference });
  expect(await stateOf(upload.upload_id)).toBe('stored');
});

test.runIf(works('python3', ['-c', 'import requests']))('the Python programs do the same', async () => {
  const submitted = /'job_id': '(tlk_\w+)'/.exec(await python('input_video'));
  const id = submitted?.[1] ?? '';
  await complete(id);
  expect(await python('/status', `job_id = "${id}"`)).toBe('completed 100 None\n');
  await python('/result', `job_id = "${id}"`);
  expect(await readFile(join(folder, 'result.mp4'))).toEqual(VIDEO);
  expect(await python('/cancel', `job_id = "${id}"`)).toBe('already_ended\n');
  expect((await python('/jobs')).split('\n')).toContain(`${id} completed`);
  const reference = (await python('file_name')).trim();
  expect(await stateOf(reference.replace('upload://', ''))).toBe('stored');
});
