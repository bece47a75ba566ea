import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApiKey } from '../../platform/accounts.ts';
import { NEW_WORDS, presenterClip } from '../../presenter/clip.ts';
import { type RunningServer, startServer } from '../../server/server.ts';
import { type Api, type DemoJob, download, submit, uploadFile, watchJob } from '../../tools/demo/api.ts';
import { probeAudio, probeVideo } from '../../worker/media/probe.ts';
import { ffmpegChildren } from '../support/ffmpeg-children.ts';
import { GRANTED_CREDITS, type JobBench, makeVideo, makeVoice, openJobBench } from '../support/job-bench.ts';
import { waitFor } from '../support/wait-for.ts';
import { startWorkerProcess } from './worker-process.ts';

// The service as it is deployed: a server, workers in processes of their own, the real engine, and a client that knows
// nothing but the public API.

const run = promisify(execFile);
const signal = new AbortController().signal;

let bench: JobBench;
let server: RunningServer;
let api: Api;
let presenter: { inputVideo: string; audioFile: string };

beforeAll(async () => {
  bench = await openJobBench();
  server = await startServer({ ...bench.environment, PORT: 0 }, { log: bench.log });
  const { key } = await createApiKey(bench.db, bench.account.id);
  api = { url: `http://127.0.0.1:${server.port}`, apiKey: key };
  presenter = {
    inputVideo: await uploadFile(api, await presenterClip(bench.directory, { width: 320, height: 240 })),
    audioFile: await uploadFile(api, NEW_WORDS.audioPath),
  };
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await bench[Symbol.asyncDispose]();
});

async function watchToEnd(id: string): Promise<DemoJob[]> {
  const seen: DemoJob[] = [];
  for await (const job of watchJob(api, id)) seen.push(job);
  return seen;
}

async function runJob(input: Record<string, unknown>): Promise<DemoJob | undefined> {
  return (await watchToEnd(await submit(api, input))).at(-1);
}

test('a job goes through the public API, with live progress, until an MP4 lies on the disk', async () => {
  await using _ = await startWorkerProcess(bench.environment);
  const before = await bench.credits();
  const id = await submit(api, { ...presenter, resolution: 'P480', frameRate: 20 });
  const seen = await watchToEnd(id);
  const progress = seen.map((job) => job.progress);
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  const { result, status } = seen.at(-1) ?? {};
  expect(status).toBe('COMPLETED');
  expect(result).toMatchObject({ width: 640, height: 480 });

  const path = join(bench.directory, 'downloaded.mp4');
  await download(result?.url ?? '', path);
  const file = await readFile(path);
  expect(file.length).toBe(result?.bytes);
  const row = await bench.row(id);
  expect(createHash('sha256').update(file).digest('hex')).toBe(row.result?.sha256);
  const facts = await probeVideo(path, signal);
  expect(facts).toMatchObject({
    codec: 'h264',
    profile: 'High',
    pixelFormat: 'yuv420p',
    frameCount: row.result?.frameCount,
  });
  const sound = await probeAudio(path, signal);
  expect(Math.abs((sound.durationSeconds ?? 0) - (facts.durationSeconds ?? 0))).toBeLessThanOrEqual(1 / 20);
  // 6.7 s at 480p.
  expect(before - (await bench.credits())).toBe(30);
});

test('a worker killed in mid-job: the job finishes on another attempt and is charged once', {
  timeout: 120_000,
}, async () => {
  const first = await startWorkerProcess(bench.environment);
  const before = await bench.credits();
  const id = await submit(api, { ...presenter, resolution: 'P720' });
  for await (const job of watchJob(api, id)) if (job.stage === 'RENDER') break;
  await first.kill();
  expect(await bench.row(id)).toMatchObject({ status: 'processing', attempt: 1 });
  await using _ = await startWorkerProcess(bench.environment);
  const job = await bench.ended(id, 100_000);
  expect(job).toMatchObject({ status: 'completed', attempt: 2, failures: 1, creditsUsed: 60 });
  expect(before - (await bench.credits())).toBe(60);
  expect((await bench.ledger(id)).filter(({ kind }) => kind === 'settle')).toHaveLength(1);
});

test('a job canceled in mid-render: its ffmpeg processes end, its credits are back, and the worker takes the next job', {
  timeout: 120_000,
}, async () => {
  await using worker = await startWorkerProcess(bench.environment);
  const before = await bench.credits();
  const id = await submit(api, { ...presenter, resolution: 'P720' });
  for await (const job of watchJob(api, id)) if (job.stage === 'RENDER') break;
  expect(await ffmpegChildren(worker.pid)).toBeGreaterThan(0);
  const response = await fetch(`${api.url}/ai/generation/cancel?jobId=${id}`, {
    method: 'POST',
    headers: { 'api-key': api.apiKey },
  });
  expect((await response.json()).data).toMatchObject({ status: 'failed', outcome: 'cancellation_requested' });
  expect(await bench.credits()).toBe(before);
  expect((await watchToEnd(id)).at(-1)?.status).toBe('CANCELED');
  await waitFor('the worker to confirm', async () => (await bench.row(id)).leaseExpiresAt === null);
  expect(await ffmpegChildren(worker.pid)).toBe(0);
  const next = await submit(api, { ...presenter, resolution: 'P480', frameRate: 10 });
  expect((await bench.ended(next, 60_000)).status).toBe('completed');
});

describe('garbage', () => {
  type Garbage = [what: string, code: string, make: (path: string) => Promise<unknown>, field?: 'audioFile'];
  const cases: Garbage[] = [
    ['a text that claims to be a video', 'VIDEO_UNREADABLE', (path) => writeFile(path, 'not a video at all')],
    ['an HTML page', 'VIDEO_UNREADABLE', (path) => writeFile(path, '<!doctype html><title>404</title>')],
    ['a sound in the place of the video', 'VIDEO_UNREADABLE', (path) => makeVoice(path, 1)],
    ['a video of 3x3 pixels', 'VIDEO_TOO_SMALL', (path) => tinyVideo(path)],
    ['a video without a face', 'NO_FACE', (path) => makeVideo(path, 1)],
    [
      'a playlist that names other files',
      'VIDEO_UNREADABLE',
      (path) => writeFile(path, "ffconcat version 1.0\nfile '/etc/passwd'\n"),
    ],
    ['a text in the place of the voice', 'AUDIO_UNREADABLE', (path) => writeFile(path, 'no sound'), 'audioFile'],
    ['a silent video in the place of the voice', 'AUDIO_UNREADABLE', (path) => makeVideo(path, 1), 'audioFile'],
  ];

  test('ends in a named error with the credits back, and the worker takes the next job', {
    timeout: 180_000,
  }, async () => {
    await using worker = await startWorkerProcess(bench.environment);
    const before = await bench.credits();
    for (const [index, [what, code, make, field = 'inputVideo']] of cases.entries()) {
      // The wav and mp4 endings only tell ffmpeg what to make; the service never looks at names.
      const path = join(bench.directory, `garbage-${index}.${what.startsWith('a sound') ? 'wav' : 'mp4'}`);
      await make(path);
      const job = await runJob({ ...presenter, [field]: await uploadFile(api, path) });
      expect([what, job?.status, job?.error?.code]).toEqual([what, 'FAILED', code]);
      expect(job?.error?.message).toMatch(/[a-z].*\.$/);
    }
    expect(await bench.credits()).toBe(before);
    expect(worker.exitCode()).toBeNull();
  });

  test('a video whose end is cut off still gives a result of what can be read', { timeout: 120_000 }, async () => {
    await using _ = await startWorkerProcess(bench.environment);
    const whole = await presenterClip(bench.directory, { width: 320, height: 240 });
    const broken = join(bench.directory, 'broken.mp4');
    const bytes = await readFile(whole);
    await writeFile(broken, bytes.subarray(0, Math.floor(bytes.length * 0.6)));
    const job = await runJob({ ...presenter, inputVideo: await uploadFile(api, broken), resolution: 'P480' });
    expect(job?.status).toBe('COMPLETED');
  });

  test('an empty upload is refused before there is a job', async () => {
    const path = join(bench.directory, 'empty.mp4');
    await writeFile(path, '');
    await expect(uploadFile(api, path)).rejects.toThrow();
    expect(await bench.credits()).toBeLessThanOrEqual(GRANTED_CREDITS);
  });

  async function tinyVideo(path: string): Promise<void> {
    const source = ['-f', 'lavfi', '-i', 'color=c=red:size=3x3:rate=10', '-t', '1'];
    await run('ffmpeg', ['-v', 'error', '-y', ...source, '-c:v', 'mjpeg', '-pix_fmt', 'yuvj444p', '-f', 'mov', path]);
  }
});
