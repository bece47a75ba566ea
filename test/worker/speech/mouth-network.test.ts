import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadMouthNetwork, type MouthActivity, type MouthNetwork } from '../../../worker/speech/mouth-network.ts';
import { joined, noise, presenterVoices, type SpokenVoice } from './presenter-voice.ts';

let network: MouthNetwork;
let voice: SpokenVoice;

beforeAll(async () => {
  network = await loadMouthNetwork();
  voice = (await presenterVoices()).own;
});
afterAll(() => network[Symbol.asyncDispose]());

const CHANNELS = ['opening', 'width', 'closure', 'labiodental', 'speech'] as const;

function largestDifference(a: MouthActivity, b: MouthActivity, from: number, to: number): number {
  let largest = 0;
  for (const channel of CHANNELS) {
    for (let k = from; k < to; k++) largest = Math.max(largest, Math.abs(a[channel][k] - b[channel][k]));
  }
  return largest;
}

describe('MouthNetwork', () => {
  it('gives 50 values a second, each within its range', async () => {
    const activity = await network.hear(voice.samples);
    for (const channel of CHANNELS) {
      expect(activity[channel]).toHaveLength(Math.floor(voice.samples.length / 320));
      for (const value of activity[channel]) {
        expect(value).toBeGreaterThanOrEqual(channel === 'width' ? -1 : 0);
        expect(value).toBeLessThanOrEqual(1);
      }
    }
  });

  it('hears the same in a whisper and in a shout', async () => {
    const loud = await network.hear(voice.samples);
    const quiet = await network.hear(voice.samples.map((sample) => sample / 300));
    expect(largestDifference(loud, quiet, 0, loud.speech.length)).toBeLessThan(1e-3);
  });

  it('hears words in a long recording as it hears them alone, also where two chunks meet', async () => {
    // Equal normalisation for both: the same words over and over. 150 s are three chunks.
    const lap = voice.samples.subarray(0, Math.floor(voice.samples.length / 320) * 320);
    const laps = Math.ceil((150 * 16_000) / lap.length);
    const long = await network.hear(joined(...Array.from({ length: laps }, () => lap)));
    const values = lap.length / 320;
    const reference = await network.hear(joined(lap, lap, lap));
    for (let i = 1; i < laps - 1; i++) {
      const shifted: MouthActivity = {
        opening: long.opening.subarray((i - 1) * values),
        width: long.width.subarray((i - 1) * values),
        closure: long.closure.subarray((i - 1) * values),
        labiodental: long.labiodental.subarray((i - 1) * values),
        speech: long.speech.subarray((i - 1) * values),
      };
      expect(largestDifference(shifted, reference, values, 2 * values)).toBeLessThan(0.08);
    }
  });

  it('says nothing about a voice that is too short or silent to the last bit', async () => {
    for (const samples of [new Float32Array(0), noise(319, 1), new Float32Array(16_000)]) {
      for (const channel of CHANNELS) expect((await network.hear(samples))[channel]).toHaveLength(0);
    }
  });

  it('takes samples that are no numbers for silence', async () => {
    const broken = voice.samples.slice();
    const mended = voice.samples.slice();
    for (const [at, value] of [
      [1000, Number.NaN],
      [2000, Number.POSITIVE_INFINITY],
      [3000, Number.NEGATIVE_INFINITY],
    ]) {
      broken[at] = value;
      mended[at] = 0;
    }
    expect(await network.hear(broken)).toEqual(await network.hear(mended));
  });

  it('stops when it is told to', async () => {
    const reason = new Error('enough');
    await expect(network.hear(voice.samples, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
