import { mkdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inheritedEnvironment } from '../platform/env.ts';
import { NEW_WORDS, presenterClip } from '../presenter/clip.ts';
import { freePort } from '../setup/services/port.ts';
import { temporaryDirectory } from '../setup/services/temporary.ts';
import { stopRequest } from '../setup/stack/shutdown.ts';
import { startStack } from '../setup/stack/stack.ts';
import { type Api, ApiError, type DemoJob, download, submit, uploadFile, watchJob } from './demo/api.ts';
import { createProgressBar } from './demo/progress.ts';
import { type DemoRequest, parseDemoRequest, UsageError } from './demo/request.ts';

// `npm run demo`: the whole service on this machine, one job through its public API, and everything stopped again.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LOGS = join(ROOT, '.data', 'logs', 'demo');
const CACHE = join(ROOT, '.data', 'cache');
const MEGABYTE = 1_000_000;

/** Ctrl-C: everything is stopped, nothing is wrong. */
class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

async function demo(request: DemoRequest, interrupted: Promise<never>): Promise<void> {
  const startedAt = performance.now();
  using state = temporaryDirectory('talk-v2v-demo-');
  console.log('Starting PostgreSQL, NATS, the server and a worker …');
  await using stack = await startStack({
    stateDir: state.path,
    logDir: LOGS,
    environment: ownEnvironment(),
    durable: false,
    port: await freePort(),
    notify: (sentence) => console.error(sentence),
  });
  console.log(`The service answers at ${stack.url} (after ${seconds(performance.now() - startedAt)}).`);
  const done = new AbortController();
  try {
    await Promise.race([runJob(stack, request, done.signal), stack.broken, interrupted]);
  } finally {
    done.abort();
  }
}

async function runJob(api: Api, request: DemoRequest, signal: AbortSignal): Promise<void> {
  if (!request.video) console.log('Drawing the presenter (kept for the next time) …');
  const video = request.video ?? (await presenterClip(CACHE));
  const audio = request.audio ?? NEW_WORDS.audioPath;
  const outPath = resolve(request.out ?? join(ROOT, 'out', `${basename(video, extname(video))}.talk-v2v.mp4`));

  console.log('Uploading video and voice …');
  const inputVideo = await reference(api, video);
  const audioFile = await reference(api, audio);
  const id = await submit(api, { inputVideo, audioFile, ...request.fields });
  console.log(`Job ${id}`);
  const job = await follow(api, id, signal);
  if (job.error) throw new ApiError(job.error.code, job.error.message);
  if (job.result === null) throw new ApiError(job.status, 'The job ended without a result.');

  for (const warning of job.warnings) console.log(`Note: ${warning.message}`);
  await mkdir(dirname(outPath), { recursive: true });
  await download(job.result.url, outPath);
  const { width, height, durationSeconds } = job.result;
  const megabytes = ((await stat(outPath)).size / MEGABYTE).toFixed(1);
  for (const { name, seconds: spent } of job.stages)
    console.log(`  ${name.toLowerCase().padEnd(11)}${spent.toFixed(1).padStart(7)} s`);
  console.log(
    `\n${relative(process.cwd(), outPath)}   ${width}×${height}, ${durationSeconds.toFixed(2)} s, ${megabytes} MB`,
  );
}

async function reference(api: Api, source: string): Promise<string> {
  return source.startsWith('https://') ? source : await uploadFile(api, source);
}

async function follow(api: Api, id: string, signal: AbortSignal): Promise<DemoJob> {
  const bar = createProgressBar();
  let last: DemoJob | undefined;
  for await (const job of watchJob(api, id, signal)) {
    last = job;
    bar.show({ stage: job.stage ?? job.status, progress: job.progress, etaSeconds: job.etaSeconds });
  }
  bar.end();
  if (last === undefined) throw new ApiError('INTERNAL', 'The job could not be watched.');
  return last;
}

/** A demo touches nothing that the caller's environment points to: its own database, its own queue, its own disk. */
function ownEnvironment(): Record<string, string> {
  const foreign = /^(DATABASE_URL|NATS_|S3_|DATA_DIR|HOST|PORT|PUBLIC_URL|URL_SIGNING_SECRET)/;
  return Object.fromEntries(Object.entries(inheritedEnvironment()).filter(([name]) => !foreign.test(name)));
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

const interrupted = stopRequest().then((): never => {
  throw new Interrupted('Stopping …');
});
// Without anybody waiting for it yet, an early Ctrl-C is only noted.
interrupted.catch(() => {});

try {
  await demo(parseDemoRequest(process.argv.slice(2)), interrupted);
} catch (error) {
  if (error instanceof ApiError) console.error(`\n✖ ${error.code}: ${error.message}`);
  else if (error instanceof UsageError || error instanceof Interrupted) console.error(`\n${error.message}`);
  else console.error(`\n✖ ${error instanceof Error ? (error.stack ?? error.message) : error}\nLogs: ${LOGS}`);
  process.exitCode = 1;
}
