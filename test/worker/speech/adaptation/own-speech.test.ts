import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FilmedMouth, HeardVoice } from '../../../../worker/speech/adaptation/agreement.ts';
import { recogniseOwnSpeech } from '../../../../worker/speech/adaptation/own-speech.ts';
import { articulate, LIP_LEAD_SECONDS } from '../../../../worker/speech/articulation.ts';
import { loadMouthNetwork, type MouthNetwork } from '../../../../worker/speech/mouth-network.ts';
import { joined, noise, presenterVoices } from '../presenter-voice.ts';

const RATE = 16_000;
let network: MouthNetwork;
let own: Float32Array;
let other: Float32Array;
let heard: HeardVoice;

async function hear(samples: Float32Array): Promise<HeardVoice> {
  return { activity: await network.hear(samples), seconds: samples.length / RATE };
}

/** A mouth that says `samples`, as far off as told, habitually opening by `reach`, measured with some error. */
async function speaking(
  samples: Float32Array,
  { soundLate = 0, reach = 0.1, frameRate = 25, error = 0 } = {},
): Promise<FilmedMouth> {
  const frameCount = Math.floor((samples.length / RATE) * frameRate);
  const wanted = await articulate(network, samples, {
    frameRate,
    frameCount,
    leadSeconds: LIP_LEAD_SECONDS + soundLate,
  });
  const jitter = noise(frameCount, error);
  return {
    opening: wanted.opening.map((value, k) => 0.01 + reach * value + jitter[k]),
    width: wanted.width.map((value, k) => 0.5 + 0.05 * value + jitter[frameCount - 1 - k]),
    frameRate,
  };
}

beforeAll(async () => {
  network = await loadMouthNetwork();
  const voices = await presenterVoices();
  own = voices.own.samples;
  other = voices.new.samples;
  heard = await hear(own);
});
afterAll(() => network[Symbol.asyncDispose]());

test('finds how late or early the sound of a file is', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.double({ min: -0.2, max: 0.2, noNaN: true }),
      fc.double({ min: 0.02, max: 0.3, noNaN: true }),
      fc.constantFrom(23.976, 25, 30, 60),
      async (soundLate, reach, frameRate) => {
        const found = recogniseOwnSpeech(heard, await speaking(own, { soundLate, reach, frameRate }));
        expect(Math.abs((found?.soundLateSeconds ?? Number.NaN) - soundLate)).toBeLessThan(0.03);
      },
    ),
    { numRuns: 25 },
  );
});

test('measurement errors as large as half of the movement don’t hide whose voice it is', async () => {
  const found = recogniseOwnSpeech(heard, await speaking(own, { soundLate: -0.12, reach: 0.08, error: 0.04 }));
  expect(found?.soundLateSeconds).toBeCloseTo(-0.12, 1);
});

test('tells the frames that talk from silence, and from those that the sound doesn’t reach', async () => {
  const silence = new Float32Array(RATE * 2);
  const voice = await hear(joined(silence, own));
  const mouth = await speaking(joined(silence, own, silence));
  const found = recogniseOwnSpeech(voice, mouth);
  expect(found?.talking).toHaveLength(mouth.opening.length);
  const talks = (from: number, to: number) => found?.talking.slice(from * 25, to * 25).filter(Boolean).length ?? 0;
  expect(talks(0, 1.8)).toBe(0);
  expect(talks(2.5, 6)).toBeGreaterThan(0.7 * 3.5 * 25);
  expect(talks(2 + own.length / RATE + 0.2, 100)).toBe(0);
});

test('somebody else’s voice, noise, silence and a missing face convince nobody', async () => {
  const mouth = await speaking(own);
  const blind = { ...mouth, opening: mouth.opening.map(() => Number.NaN), width: mouth.width.map(() => Number.NaN) };
  expect(recogniseOwnSpeech(await hear(other), mouth)).toBeUndefined();
  expect(recogniseOwnSpeech(await hear(noise(own.length, 0.5)), mouth)).toBeUndefined();
  expect(recogniseOwnSpeech(await hear(new Float32Array(own.length)), mouth)).toBeUndefined();
  expect(recogniseOwnSpeech(await hear(new Float32Array(0)), mouth)).toBeUndefined();
  expect(recogniseOwnSpeech(heard, blind)).toBeUndefined();
});

test('a mouth that does the opposite, or nothing, is not speaking', async () => {
  const mouth = await speaking(own);
  const still = { ...mouth, opening: mouth.opening.map(() => 0.03), width: mouth.width.map(() => 0.5) };
  const opposed = {
    ...mouth,
    opening: mouth.opening.map((value) => 0.2 - value),
    width: mouth.width.map((value) => 1 - value),
  };
  expect(recogniseOwnSpeech(heard, still)).toBeUndefined();
  expect(recogniseOwnSpeech(heard, opposed)).toBeUndefined();
});

test('a second and a half of agreement is too little to learn from', async () => {
  const { opening, width, frameRate } = await speaking(own);
  const short = { opening: opening.map((value, k) => (k < 40 ? value : Number.NaN)), width, frameRate };
  expect(recogniseOwnSpeech(heard, short)).toBeUndefined();
});
