import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VOICE_SAMPLE_RATE } from '../../../worker/engines/engine.ts';
import { probeAudio } from '../../../worker/media/probe.ts';
import { decodeVoice, mixDown } from '../../../worker/media/voice.ts';
import { lavfi, MediaBench } from './make-media.ts';

const signal = new AbortController().signal;
let bench: MediaBench;
let stereo: string;

beforeAll(async () => {
  bench = await MediaBench.open();
  stereo = await bench.make('stereo.flac', ...lavfi('sine=sample_rate=44100:duration=1.25'), '-ac', '2');
});
afterAll(() => bench[Symbol.asyncDispose]());

async function decode(path: string, useSeconds?: number) {
  return decodeVoice(path, await probeAudio(path, signal), { useSeconds, signal });
}

const peak = (samples: Float32Array) => samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);

describe('decodeVoice', () => {
  it('gives 16 kHz mono and the true length', async () => {
    const { samples, seconds } = await decode(stereo);
    expect(seconds).toBeCloseTo(1.25, 3);
    expect(samples).toHaveLength(Math.round(seconds * VOICE_SAMPLE_RATE));
    expect(peak(samples)).toBeGreaterThan(0.05);
  });

  it('reads no more than it is told to', async () => {
    expect((await decode(stereo, 0.5)).samples).toHaveLength(8000);
  });

  it('measures a file that announces another length', async () => {
    const path = await bench.make('liar.wav', ...lavfi('sine=sample_rate=16000:duration=2'));
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(0, bytes.length / 2));
    expect((await decode(path)).seconds).toBeCloseTo(1, 1);
  });

  it.each([
    ['opposite channels', 'pan=stereo|c0=c0|c1=-1*c0'],
    ['the right channel only', 'pan=stereo|c1=c0'],
    ['the centre of 5.1 only', 'pan=5.1|FC=c0'],
  ])('hears a voice in %s', async (name, pan) => {
    const path = await bench.make(
      `${name}.wav`,
      ...lavfi('sine=sample_rate=16000:duration=0.5'),
      '-af',
      `volume=8dB,${pan}`,
    );
    expect(peak((await decode(path)).samples)).toBeGreaterThan(0.15);
  });

  it('moves a late start to zero and keeps a gap as silence', async () => {
    const gap = "aselect='lt(t,3.5)+gte(t,4.5)'";
    const path = await bench.make(
      'gap.mkv',
      '-itsoffset',
      '3',
      ...lavfi('sine=sample_rate=16000:duration=2'),
      '-af',
      gap,
      '-c:a',
      'pcm_s16le',
    );
    const { samples, seconds } = await decode(path);
    expect(seconds).toBeCloseTo(2, 1);
    expect(peak(samples.subarray(0, 1600))).toBeGreaterThan(0.05);
    expect(peak(samples.subarray(0.8 * VOICE_SAMPLE_RATE, 1.2 * VOICE_SAMPLE_RATE))).toBeLessThan(0.001);
  });

  it('refuses a voice beyond the longest result, unless only its beginning is used', async () => {
    const path = await bench.make(
      'hours.wav',
      ...lavfi('anullsrc=sample_rate=8000:channel_layout=mono'),
      '-t',
      '1801',
      '-c:a',
      'pcm_u8',
    );
    await expect(decode(path)).rejects.toMatchObject({ code: 'AUDIO_TOO_LONG' });
    expect((await decode(path, 3)).seconds).toBe(3);
  });

  it('stops with the abort reason', async () => {
    const facts = await probeAudio(stereo, signal);
    const canceled = new AbortController();
    const reason = new Error('canceled');
    const decoding = decodeVoice(stereo, facts, { signal: canceled.signal });
    canceled.abort(reason);
    await expect(decoding).rejects.toBe(reason);
  });

  it('fails with AUDIO_UNREADABLE when nothing can be decoded', async () => {
    const path = await bench.make('empty.wav', ...lavfi('sine=sample_rate=16000:duration=1'));
    const facts = await probeAudio(path, signal);
    await writeFile(path, 'no longer a sound');
    await expect(decodeVoice(path, facts, { signal })).rejects.toMatchObject({ code: 'AUDIO_UNREADABLE' });
  });
});

describe('mixDown', () => {
  it('averages what agrees and takes the louder side of what cancels', () => {
    expect([...mixDown(Float32Array.of(0.5, 0.25, 0.5, 0.25))]).toEqual([0.375, 0.375]);
    expect([...mixDown(Float32Array.of(0.5, -0.25, -0.5, 0.25))]).toEqual([0.5, -0.5]);
    expect([...mixDown(Float32Array.of(0, 0.5, 0, -0.5))]).toEqual([0.5, -0.5]);
  });
});
