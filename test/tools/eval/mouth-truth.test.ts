import { afterAll, beforeAll, expect, test } from 'vitest';
import { learnable, originalInTime } from '../../../tools/eval/mouth-truth.ts';
import { pearson } from '../../../worker/quality/correlation.ts';
import type { MouthSeries } from '../../../worker/quality/mouth-series.ts';
import { articulate, LIP_LEAD_SECONDS } from '../../../worker/speech/articulation.ts';
import { loadMouthNetwork, type MouthNetwork } from '../../../worker/speech/mouth-network.ts';
import { presenterVoices } from '../../worker/speech/presenter-voice.ts';

const FRAME_RATE = 25;
let network: MouthNetwork;
let voice: Float32Array;
/** What a mouth in time with the voice does, and what the file shows, whose sound is three frames early. */
let inTime: MouthSeries;
let original: MouthSeries;

beforeAll(async () => {
  network = await loadMouthNetwork();
  voice = (await presenterVoices()).own.samples;
  const frameCount = Math.floor((voice.length / 16_000) * FRAME_RATE);
  const mouth = (leadSeconds: number) => articulate(network, voice, { frameRate: FRAME_RATE, frameCount, leadSeconds });
  inTime = await mouth(LIP_LEAD_SECONDS);
  original = await mouth(LIP_LEAD_SECONDS - 3 / FRAME_RATE);
});
afterAll(() => network[Symbol.asyncDispose]());

test('the original mouth is moved to where it would be if the file’s sound were in time', async () => {
  const timeline = Int32Array.from(original.opening, (_, k) => k);
  const common = { original, timeline, voice: { samples: voice }, frameRate: FRAME_RATE, network };
  expect(pearson(inTime.opening, original.opening)).toBeLessThan(0.5);
  for (const learnFrom of ['all', 'firstHalf'] as const) {
    const { mouth, soundLateSeconds } = await originalInTime({ ...common, learnFrom });
    expect(soundLateSeconds).toBeCloseTo(-0.12, 2);
    expect(pearson(inTime.opening, mouth.opening)).toBeGreaterThan(0.95);
  }
  expect((await originalInTime({ ...common, learnFrom: 'nothing' })).mouth.opening).toEqual(original.opening);
  const part = await originalInTime({ ...common, timeline: timeline.subarray(0, 20), learnFrom: 'all' });
  expect(part.soundLateSeconds).toBeCloseTo(-0.12, 2);
  expect(part.mouth.opening).toHaveLength(20);
});

test('a mouth that doesn’t belong to the voice stays where it is', async () => {
  const still = { opening: original.opening.map(() => 0.1), width: original.width.map(() => 0.5) };
  const options = {
    original: still,
    timeline: Int32Array.from(still.opening, (_, k) => k),
    voice: { samples: voice },
    frameRate: FRAME_RATE,
    learnFrom: 'all',
    network,
  } as const;
  expect(await originalInTime(options)).toEqual({ mouth: still });
});

test('the second half of a sound stays unheard where only the first may be learnt from', () => {
  const samples = Float32Array.of(1, 2, 3, 4);
  expect(learnable({ samples }, 'firstHalf')?.samples).toEqual(Float32Array.of(1, 2));
  expect(learnable({ samples }, 'all')?.samples).toEqual(samples);
  expect(learnable({ samples }, 'nothing')).toBeUndefined();
  expect(learnable(undefined, 'all')).toBeUndefined();
});
