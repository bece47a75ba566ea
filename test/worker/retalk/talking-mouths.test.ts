import { afterAll, beforeAll, expect, test } from 'vitest';
import { talkingMouths } from '../../../worker/retalk/talking-mouths.ts';
import type { HeardVoice } from '../../../worker/speech/adaptation/agreement.ts';
import { articulate } from '../../../worker/speech/articulation.ts';
import { loadMouthNetwork, type MouthNetwork } from '../../../worker/speech/mouth-network.ts';
import { presenterVoices } from '../speech/presenter-voice.ts';

const FRAME_RATE = 25;
const MISSING = new Set([40, 41, 42, 43, 44]);
let network: MouthNetwork;
let own: HeardVoice;
let other: HeardVoice;
let mouths: { opening: number; width: number }[];
let track: { length: number; hasFace: (frame: number) => boolean };

beforeAll(async () => {
  network = await loadMouthNetwork();
  const voices = await presenterVoices();
  const hear = async (samples: Float32Array) => ({
    activity: await network.hear(samples),
    seconds: samples.length / 16_000,
  });
  own = await hear(voices.own.samples);
  other = await hear(voices.new.samples);
  const frameCount = Math.floor(own.seconds * FRAME_RATE);
  const { opening, width } = await articulate(network, voices.own.samples, { frameRate: FRAME_RATE, frameCount });
  track = { length: frameCount, hasFace: (frame) => !MISSING.has(frame) };
  mouths = Array.from(opening, (value, k) => ({ opening: 0.01 + 0.05 * value, width: 0.5 + 0.03 * width[k] }));
  mouths = mouths.filter((_, frame) => track.hasFace(frame));
});
afterAll(() => network[Symbol.asyncDispose]());

test('the mouths that say the clip’s own sound are found, across frames without a face', () => {
  const talking = talkingMouths({ mouths }, track, own, FRAME_RATE);
  expect(talking.length).toBeGreaterThan(mouths.length / 2);
  expect(talking.length).toBeLessThan(mouths.length);
  const mean = (of: typeof mouths) => of.reduce((sum, { opening }) => sum + opening, 0) / of.length;
  expect(mean(talking)).toBeGreaterThan(mean(mouths));
});

test('nothing is learnt from a sound that is somebody else’s', () => {
  expect(talkingMouths({ mouths }, track, other, FRAME_RATE)).toEqual([]);
});
