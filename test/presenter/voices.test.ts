import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { NEW_WORDS, OWN_WORDS, phonemesOf } from '../../presenter/clip.ts';
import { KNOWN_SOUNDS } from '../../presenter/visemes.ts';

const RATE = 16_000;
const VOWELS = new Set(['ɑ', 'æ', 'ʌ', 'ɔ', 'aʊ', 'aɪ', 'ɛ', 'eɪ', 'oʊ', 'ɔɪ']);

function samplesOf(path: string): Int16Array {
  const raw = execFileSync('ffmpeg', [
    '-v',
    'error',
    '-i',
    path,
    '-ac',
    '1',
    '-ar',
    `${RATE}`,
    '-f',
    's16le',
    'pipe:1',
  ]);
  return new Int16Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength));
}

function loudness(samples: Int16Array, start: number, end: number): number {
  const part = samples.subarray(Math.round(start * RATE), Math.round(end * RATE));
  return Math.sqrt(part.reduce((sum, value) => sum + value * value, 0) / Math.max(1, part.length));
}

describe.each([
  ['own words', OWN_WORDS],
  ['new words', NEW_WORDS],
])('the voice of the %s', (_, voice) => {
  test('is a few seconds long and a small file', () => {
    const seconds = samplesOf(voice.audioPath).length / RATE;
    expect(seconds).toBeGreaterThan(5);
    expect(seconds).toBeLessThan(9);
    expect(statSync(voice.audioPath).size).toBeLessThan(400_000);
  });

  test('has phonemes in order, within the recording, all of them known to the mouth', async () => {
    const seconds = samplesOf(voice.audioPath).length / RATE;
    let previousEnd = 0;
    for (const { start, end, ipa } of await phonemesOf(voice)) {
      expect(start).toBeGreaterThanOrEqual(previousEnd);
      expect(end).toBeGreaterThan(start);
      expect(KNOWN_SOUNDS).toContain(ipa);
      previousEnd = end;
    }
    expect(previousEnd).toBeLessThanOrEqual(seconds);
    expect(previousEnd).toBeGreaterThan(seconds - 0.6);
  });

  test('is loud where the phonemes are vowels and quiet where they pause', async () => {
    const samples = samplesOf(voice.audioPath);
    const phonemes = await phonemesOf(voice);
    const vowels = phonemes.filter(({ ipa }) => VOWELS.has(ipa)).map(({ start, end }) => loudness(samples, start, end));
    const pauses = phonemes.flatMap(({ end }, i) => {
      const next = phonemes[i + 1]?.start ?? end;
      return next - end > 0.08 ? [loudness(samples, end + 0.02, next - 0.02)] : [];
    });
    expect(pauses.length).toBeGreaterThan(0);
    expect(Math.min(...vowels)).toBeGreaterThan(2 * Math.max(...pauses));
  });

  test('is rich in sounds that the lips make', async () => {
    const sounds = (await phonemesOf(voice)).map(({ ipa }) => ipa);
    expect(sounds.filter((ipa) => ['p', 'b', 'm'].includes(ipa)).length).toBeGreaterThanOrEqual(5);
    expect(sounds.filter((ipa) => ['f', 'v'].includes(ipa)).length).toBeGreaterThanOrEqual(2);
  });
});
