import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeMusic, writeSilence } from '../../../tools/eval/test-sounds.ts';
import { probeAudio } from '../../../worker/media/probe.ts';
import { decodeVoice } from '../../../worker/media/voice.ts';
import { articulate } from '../../../worker/speech/articulation.ts';
import { loadMouthNetwork } from '../../../worker/speech/mouth-network.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'test-sounds-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function decoded(write: (path: string) => Promise<void>): Promise<Float32Array> {
  const path = join(directory, `${write.name}.wav`);
  const signal = AbortSignal.timeout(30_000);
  await write(path);
  return (await decodeVoice(path, await probeAudio(path, signal), { signal })).samples;
}

test('silence is five seconds of nothing', async () => {
  const samples = await decoded(writeSilence);
  expect(samples).toHaveLength(5 * 16_000);
  expect(samples.every((sample) => sample === 0)).toBe(true);
});

test('music is loud, and nobody is heard to speak in it', async () => {
  const samples = await decoded(writeMusic);
  expect(samples.reduce((peak, sample) => Math.max(peak, sample), 0)).toBeGreaterThan(0.4);
  await using network = await loadMouthNetwork();
  const { speech } = await articulate(network, samples, { frameRate: 25, frameCount: 125 });
  expect(speech.every((value) => value === 0)).toBe(true);
});
