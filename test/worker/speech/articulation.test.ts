import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  articulate,
  LIP_LEAD_SECONDS,
  type MouthTrajectory,
  trajectoryOf,
} from '../../../worker/speech/articulation.ts';
import { loadMouthNetwork, type MouthNetwork } from '../../../worker/speech/mouth-network.ts';
import { joined, noise, presenterVoices, type SpokenVoice } from './presenter-voice.ts';

const SECOND = 16_000;
let network: MouthNetwork;
let voices: readonly SpokenVoice[];

beforeAll(async () => {
  network = await loadMouthNetwork();
  const { own, new: other } = await presenterVoices();
  voices = [own, other];
});
afterAll(() => network[Symbol.asyncDispose]());

const framesOf = (samples: Float32Array, frameRate: number) => Math.ceil((samples.length / SECOND) * frameRate);
const speak = (samples: Float32Array, frameRate = 25) =>
  articulate(network, samples, { frameRate, frameCount: framesOf(samples, frameRate) });

function expectRest({ opening, width, closure, labiodental, speech }: MouthTrajectory, from = 0): void {
  for (const track of [opening, width, closure, labiodental, speech]) {
    expect([...track.slice(from)]).toEqual(new Array(track.length - from).fill(0));
  }
}

/** Mean of a track at the middles of the given sounds, where the lips show them. */
function meanAt(track: Float32Array, voice: SpokenVoice, sounds: readonly string[], frameRate = 25): number {
  const values = voice.phonemes
    .filter(({ ipa }) => sounds.includes(ipa))
    .map(({ start, end }) => track[Math.round(((start + end) / 2 - LIP_LEAD_SECONDS) * frameRate)]);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The share of the given sounds during which, a frame more or less, the contact is made in full. */
function shareMade(contact: Float32Array, voice: SpokenVoice, sounds: readonly string[], frameRate: number): number {
  const wanted = voice.phonemes.filter(({ ipa }) => sounds.includes(ipa));
  const made = wanted.filter(({ start, end }) => {
    const first = Math.round((start - LIP_LEAD_SECONDS) * frameRate) - 1;
    const last = Math.round((end - LIP_LEAD_SECONDS) * frameRate) + 1;
    return contact.slice(Math.max(0, first), last + 1).includes(1);
  });
  return made.length / wanted.length;
}

describe('articulate', () => {
  it.each([24, 25, 30, 60])('seals the lips for p, b and m at %d frames per second', async (frameRate) => {
    for (const voice of voices) {
      const { closure, opening } = await speak(voice.samples, frameRate);
      expect(shareMade(closure, voice, ['p', 'b', 'm'], frameRate)).toBeGreaterThan(0.8);
      for (const [frame, value] of closure.entries()) if (value === 1) expect(opening[frame]).toBe(0);
    }
  });

  it('brings the lip to the teeth for f and v', async () => {
    const [, voice] = voices;
    const { labiodental, opening } = await speak(voice.samples);
    expect(shareMade(labiodental, voice, ['f', 'v'], 25)).toBe(1);
    for (const [frame, value] of labiodental.entries()) if (value === 1) expect(opening[frame]).toBeLessThan(0.2);
  });

  it('opens for open vowels, spreads for “ee” and rounds for “oo”', async () => {
    for (const voice of voices) {
      const { opening, width } = await speak(voice.samples);
      const open = meanAt(opening, voice, ['aɪ', 'aʊ', 'æ', 'ɑ']);
      expect(open).toBeGreaterThan(0.5);
      expect(open).toBeGreaterThan(meanAt(opening, voice, ['i', 'u', 'w', 'ɹ']) + 0.3);
      expect(meanAt(width, voice, ['i'])).toBeGreaterThan(0.4);
      expect(meanAt(width, voice, ['u', 'w'])).toBeLessThan(-0.4);
    }
  });

  it('uses the whole range of opening and width', async () => {
    for (const voice of voices) {
      const { opening, width } = await speak(voice.samples);
      expect(Math.max(...opening)).toBeGreaterThan(0.9);
      expect(Math.max(...width)).toBeGreaterThan(0.6);
      expect(Math.min(...width)).toBeLessThan(-0.6);
    }
  });

  it('rests the mouth exactly in silence, and after the voice has ended', async () => {
    expectRest(await speak(new Float32Array(2 * SECOND)));
    const { samples } = voices[0];
    const trajectory = await articulate(network, samples, { frameRate: 25, frameCount: framesOf(samples, 25) + 50 });
    expectRest(trajectory, framesOf(samples, 25));
  });

  it.each([
    ['no voice at all', () => new Float32Array(0)],
    ['a single sample', () => Float32Array.of(0.5)],
    ['noise', () => noise(4 * SECOND, 0.3)],
    [
      'the hum of a machine',
      () => noise(4 * SECOND, 0.01).map((hiss, i) => hiss + 0.2 * Math.sin((i * 2 * Math.PI * 100) / SECOND)),
    ],
    ['chords', () => noise(6 * SECOND, 0).map((_, i) => chordAt(i / SECOND))],
  ])('leaves the mouth at rest for %s', async (_, samples) => {
    expectRest(await articulate(network, samples(), { frameRate: 25, frameCount: 100 }));
  });

  it('rests between two sentences and talks in both', async () => {
    const { samples } = voices[0];
    const pause = 1.5;
    const { speech, opening } = await speak(joined(samples, noise(pause * SECOND, 0.002), samples));
    const frames = framesOf(samples, 25);
    const middle = Math.round(frames + (pause / 2) * 25);
    for (let frame = middle - 5; frame <= middle + 5; frame++) {
      expect(speech[frame]).toBe(0);
      expect(opening[frame]).toBe(0);
    }
    expect(Math.max(...opening.slice(0, frames))).toBeGreaterThan(0.7);
    expect(Math.max(...opening.slice(middle))).toBeGreaterThan(0.7);
  });

  it('does not depend on how loud the voice is', async () => {
    const { samples } = voices[1];
    const loud = await speak(samples);
    const quiet = await speak(samples.map((sample) => sample * 0.01));
    for (const [frame, value] of loud.opening.entries()) expect(quiet.opening[frame]).toBeCloseTo(value, 2);
  });

  it('moves everything by as many frames as the voice is delayed', async () => {
    const { samples } = voices[0];
    const delayed = await speak(joined(new Float32Array(10 * 640), samples));
    const prompt = await speak(samples);
    for (const [frame, value] of prompt.opening.entries()) {
      expect(Math.abs(delayed.opening[frame + 10] - value)).toBeLessThan(0.06);
    }
  });

  it('lets the lips lead the sound', async () => {
    const { samples } = voices[0];
    const times = { frameRate: 50, frameCount: framesOf(samples, 50) };
    const inTime = await articulate(network, samples, { ...times, leadSeconds: 0 });
    const leading = await articulate(network, samples, { ...times, leadSeconds: 0.1 });
    for (let frame = 0; frame < times.frameCount - 5; frame++) {
      expect(leading.opening[frame]).toBeCloseTo(inTime.opening[frame + 5], 5);
    }
  });
});

describe('trajectoryOf', () => {
  it('keeps every value in its range and sealed lips shut, whatever the network says', () => {
    const channel = (min: number) => fc.float32Array({ min, max: 1, noNaN: true, minLength: 60, maxLength: 60 });
    const activity = fc.record({
      opening: channel(0),
      width: channel(-1),
      closure: channel(0),
      labiodental: channel(0),
      speech: fc
        .array(fc.constantFrom(0, 0.4, 0.99), { minLength: 60, maxLength: 60 })
        .map((p) => Float32Array.from(p)),
    });
    fc.assert(
      fc.property(activity, fc.constantFrom(12, 25, 30, 60), (heard, frameRate) => {
        const times = { frameRate, frameCount: Math.ceil(frameRate * 1.5), offsetSeconds: 0.04 };
        const { opening, width, closure, labiodental, speech } = trajectoryOf(heard, times);
        const inRange = (track: Float32Array, low: number) =>
          track.every((value) => value >= low - 1e-6 && value <= 1 + 1e-6);
        expect([opening, closure, labiodental, speech].every((track) => inRange(track, 0))).toBe(true);
        expect(inRange(width, -1)).toBe(true);
        expect(closure.every((value, k) => value < 1 || opening[k] === 0)).toBe(true);
        expect(closure.every((value, k) => value < 0.5 || labiodental[k] === 0)).toBe(true);
        expect(speech.every((value, k) => value > 0 || opening[k] + closure[k] + Math.abs(width[k]) < 1e-6)).toBe(true);
      }),
    );
  });
});

/** A struck chord every half second, as a piano would. */
function chordAt(seconds: number): number {
  const sinceStruck = seconds % 0.5;
  const root = 220 * 2 ** ([0, 5, 7, 3][Math.floor(seconds / 0.5) % 4] / 12);
  const partials = [1, 1.26, 1.5].flatMap((interval) =>
    [1, 2, 3].map((n) => Math.sin(2 * Math.PI * root * interval * n * seconds) / n),
  );
  return 0.1 * Math.exp(-4 * sinceStruck) * partials.reduce((sum, partial) => sum + partial, 0);
}
