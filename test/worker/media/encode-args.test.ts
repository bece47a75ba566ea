import { describe, expect, it } from 'vitest';
import { type EncodeRequest, encodeArgs, mayCopy, type ResultSound } from '../../../worker/media/encode-args.ts';
import type { AudioFacts } from '../../../worker/media/probe.ts';

const AAC: AudioFacts = {
  streamIndex: 1,
  container: 'mov,mp4,m4a,3gp,3g2,mj2',
  codec: 'aac',
  profile: 'LC',
  sampleRate: 48_000,
  channels: 2,
  startSeconds: 0,
  durationSeconds: 4,
};
const fps25 = { num: 25, den: 1 };
const sound = (facts: Partial<AudioFacts> = {}, rest: Partial<ResultSound> = {}): ResultSound => ({
  path: '/in/voice',
  facts: { ...AAC, ...facts },
  decodedSeconds: 4,
  heardSeconds: 4,
  ...rest,
});
const request = (rest: Partial<EncodeRequest> = {}): EncodeRequest => ({
  width: 640,
  height: 360,
  frameRate: fps25,
  frameCount: 100,
  crf: 18,
  sound: sound(),
  out: '/out/result.mp4',
  ...rest,
});
/** The argument that follows an option. */
const argumentOf = (args: string[], option: string) => args[args.indexOf(option) + 1];

describe('encodeArgs', () => {
  it('raises crf 0, which only a profile that browsers refuse can hold', () => {
    expect(argumentOf(encodeArgs(request({ crf: 0 })), '-crf')).toBe('1');
    expect(argumentOf(encodeArgs(request({ crf: 30 })), '-crf')).toBe('30');
  });

  it('sets a key frame every two seconds of any rate', () => {
    expect(argumentOf(encodeArgs(request({ frameRate: { num: 30000, den: 1001 } })), '-g')).toBe('60');
  });

  it.each([
    [44_100, 1, '44100', '1', 192_000],
    [16_000, 1, '16000', '1', 96_000],
    [8000, 1, '8000', '1', 48_000],
    [37_800, 2, '44100', '2', 192_000],
    [96_000, 2, '48000', '2', 192_000],
    [48_000, 6, '48000', '2', 192_000],
  ])('encodes %i Hz with %i channels as %s Hz with %s', (sampleRate, channels, rate, count, bitrate) => {
    const args = encodeArgs(
      request({ sound: sound({ codec: 'pcm_s16le', profile: undefined, sampleRate, channels }) }),
    );
    expect([
      argumentOf(args, '-c:a'),
      argumentOf(args, '-ar'),
      argumentOf(args, '-ac'),
      argumentOf(args, '-b:a'),
    ]).toEqual(['aac', rate, count, String(bitrate)]);
  });

  it('cuts the voice where it is no longer heard and pads it to the length of the picture', () => {
    const filters = argumentOf(encodeArgs(request({ sound: sound({ codec: 'flac' }, { heardSeconds: 1.5 }) })), '-af');
    expect(filters).toMatch(/atrim=end=1\.500000,apad,atrim=end=4\.000000$/);
  });

  it('copies AAC up to the length of the picture', () => {
    const args = encodeArgs(request());
    expect(argumentOf(args, '-c:a')).toBe('copy');
    expect(argumentOf(args, '-t')).toBe('4.000000');
    expect(args).not.toContain('-af');
  });
});

describe('mayCopy', () => {
  it.each<[string, boolean, Partial<AudioFacts>, Partial<ResultSound>]>([
    ['plain AAC as long as the picture', true, {}, {}],
    ['raw ADTS', true, { container: 'aac' }, {}],
    ['a longer voice, cut at a packet', true, {}, { decodedSeconds: 20 }],
    ['another codec', false, { codec: 'mp3' }, {}],
    ['a profile that browsers lack', false, { profile: 'Main' }, {}],
    ['surround sound', false, { channels: 6 }, {}],
    ['a late start', false, { startSeconds: 0.7 }, {}],
    ['a voice that silence must follow', false, {}, { decodedSeconds: 2, heardSeconds: 2 }],
    [
      'a last packet that the file’s own length cuts',
      false,
      { durationSeconds: 3.96 },
      { decodedSeconds: 3.99, heardSeconds: 3.99 },
    ],
    ['packets longer than a frame, to be cut', false, { sampleRate: 16_000 }, { decodedSeconds: 20 }],
  ])('%s: %s', (_, expected, facts, rest) => {
    expect(mayCopy(sound(facts, rest), 100, fps25)).toBe(expected);
  });
});
