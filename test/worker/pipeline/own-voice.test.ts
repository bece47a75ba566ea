import { copyFile, open } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { VOICE_SAMPLE_RATE } from '../../../worker/engines/engine.ts';
import { probeVideo } from '../../../worker/media/probe.ts';
import { decodeOwnVoice } from '../../../worker/pipeline/own-voice.ts';
import { H264, lavfi, MediaBench } from '../media/make-media.ts';

let bench: MediaBench;
const signal = AbortSignal.timeout(60_000);
const picture = (seconds: number) => lavfi(`testsrc2=size=64x64:rate=10:duration=${seconds}`);

beforeAll(async () => {
  bench = await MediaBench.open();
});
afterAll(() => bench[Symbol.asyncDispose]());

async function ownVoice(path: string) {
  return decodeOwnVoice(path, await probeVideo(path, signal), signal);
}

test('gives the sound that a video came with, at the rate of the analysis', async () => {
  const path = await bench.make(
    'tone.mp4',
    ...picture(2),
    ...lavfi('sine=frequency=440:sample_rate=44100:duration=2'),
    ...[...H264, '-c:a', 'aac', '-shortest'],
  );
  const samples = (await ownVoice(path))?.samples ?? new Float32Array();
  expect(samples.length / VOICE_SAMPLE_RATE).toBeCloseTo(2, 0);
  expect(Math.max(...samples.subarray(8000, 16_000))).toBeGreaterThan(0.05);
});

test('reads no more of a long video than what shows a habit', async () => {
  const path = await bench.make(
    'long.mkv',
    ...picture(70),
    ...lavfi('sine=frequency=440:sample_rate=16000:duration=70'),
    ...[...H264, '-c:a', 'pcm_s16le'],
  );
  expect((await ownVoice(path))?.samples.length).toBe(60 * VOICE_SAMPLE_RATE);
});

test('a video without sound has no voice', async () => {
  expect(await ownVoice(await bench.make('mute.mp4', ...picture(1), ...H264))).toBeUndefined();
});

test('a broken sound track is no reason to fail', async () => {
  const whole = await bench.make(
    'whole.mkv',
    ...picture(1),
    ...lavfi('anoisesrc=duration=1:sample_rate=16000'),
    ...[...H264, '-c:a', 'flac'],
  );
  const facts = await probeVideo(whole, signal);
  const broken = bench.path('broken.mkv');
  await copyFile(whole, broken);
  const file = await open(broken, 'r+');
  await file.truncate(600);
  await file.close();
  expect(await decodeOwnVoice(broken, facts, signal)).toBeUndefined();
});

test('an aborted job stops here too', async () => {
  const path = await bench.make('again.mp4', ...picture(1), ...lavfi('sine=duration=1'), ...H264, '-shortest');
  const facts = await probeVideo(path, signal);
  const reason = new Error('stopped');
  await expect(decodeOwnVoice(path, facts, AbortSignal.abort(reason))).rejects.toBe(reason);
});
