import { readFile, stat, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeResult } from '../../../worker/media/encode.ts';
import { createFrame, type YuvFrame } from '../../../worker/media/frame.ts';
import { makePoster } from '../../../worker/media/poster.ts';
import { probeAudio, probeVideo } from '../../../worker/media/probe.ts';
import type { Rational } from '../../../worker/media/rational.ts';
import { verifyResult } from '../../../worker/media/verify.ts';
import { decodeVoice } from '../../../worker/media/voice.ts';
import { describe as describeStream, H264, lavfi, MediaBench } from './make-media.ts';

const signal = new AbortController().signal;
const [WIDTH, HEIGHT] = [160, 96];
let bench: MediaBench;
let voice: string;

beforeAll(async () => {
  bench = await MediaBench.open();
  voice = await bench.make('voice.wav', ...lavfi('sine=frequency=300:sample_rate=16000:duration=2'));
});
afterAll(() => bench[Symbol.asyncDispose]());

/** A moving ramp with some texture, drawn again into the same buffer as an engine does. */
async function* pictures(count: number): AsyncGenerator<YuvFrame> {
  const frame = createFrame(WIDTH, HEIGHT);
  for (let k = 0; k < count; k++) {
    for (let i = 0; i < WIDTH * HEIGHT; i++) frame.data[i] = 40 + ((i + 3 * k + ((i * i) >> 5)) % 160);
    frame.data.fill(128, WIDTH * HEIGHT);
    yield frame;
  }
}

interface Wanted {
  readonly name: string;
  readonly seconds?: number;
  readonly frameRate?: Rational;
  readonly crf?: number;
  readonly path?: string;
  readonly useSeconds?: number;
}

/** Encodes and verifies; returns the path and what verification found. */
async function encode({
  name,
  seconds = 2,
  frameRate = { num: 25, den: 1 },
  crf = 20,
  path = voice,
  useSeconds,
}: Wanted) {
  const frameCount = Math.round((seconds * frameRate.num) / frameRate.den);
  const facts = await probeAudio(path, signal);
  const decoded = await decodeVoice(path, facts, { useSeconds, signal });
  const heardSeconds = Math.min(decoded.seconds, seconds);
  const sound = { path, facts, decodedSeconds: decoded.seconds, heardSeconds };
  const out = bench.path(name);
  const picture = { width: WIDTH, height: HEIGHT, frameRate, frameCount };
  await encodeResult({ ...picture, crf, sound, out, frames: pictures(frameCount), signal });
  return { out, ...(await verifyResult(out, picture, signal)) };
}

describe('encodeResult', () => {
  it('writes H.264 High, yuv420p, tagged BT.709, with AAC at the voice’s own rate', async () => {
    const { out, seconds, bytes, sha256 } = await encode({ name: 'plain.mp4' });
    const video =
      'codec_name,profile,pix_fmt,color_range,color_space,color_transfer,color_primaries,start_time,nb_frames,r_frame_rate';
    expect(await describeStream(out, 'v:0', video)).toEqual({
      codec_name: 'h264',
      profile: 'High',
      pix_fmt: 'yuv420p',
      color_range: 'tv',
      color_space: 'bt709',
      color_transfer: 'bt709',
      color_primaries: 'bt709',
      start_time: '0.000000',
      nb_frames: '50',
      r_frame_rate: '25/1',
    });
    expect(await describeStream(out, 'a:0', 'codec_name,sample_rate,channels,start_time,duration')).toEqual({
      codec_name: 'aac',
      sample_rate: '16000',
      channels: '1',
      start_time: '0.000000',
      duration: '2.000000',
    });
    expect(seconds).toBe(2);
    expect(bytes).toBe((await stat(out)).size);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('writes the same bytes for the same pictures, and nothing about where they came from', async () => {
    const tagged = await bench.make(
      'tagged.mov',
      '-i',
      voice,
      '-metadata',
      'title=Secret',
      '-metadata:s:a',
      'handler_name=Secret',
    );
    const [one, two] = [
      await encode({ name: 'one.mp4', path: tagged }),
      await encode({ name: 'two.mp4', path: tagged }),
    ];
    expect(one.sha256).toBe(two.sha256);
    const bytes = (await readFile(one.out)).toString('latin1');
    for (const told of ['Secret', 'crf=', bench.directory]) expect(bytes.includes(told), told).toBe(false);
    // Without a version: the same encoder of another release must be able to write the same file.
    expect(/Lav[cf]\d/.test(bytes)).toBe(false);
  });

  it('makes smaller files for a higher crf, and still High profile for 0', async () => {
    const sizes = [];
    for (const crf of [0, 18, 35, 51]) sizes.push((await encode({ name: `crf-${crf}.mp4`, crf })).bytes);
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    expect(sizes[1]).toBeGreaterThan(2 * sizes[3]);
  });

  it('keeps NTSC exact', async () => {
    const { out } = await encode({ name: 'ntsc.mp4', frameRate: { num: 30000, den: 1001 } });
    expect(await describeStream(out, 'v:0', 'r_frame_rate,nb_frames')).toEqual({
      r_frame_rate: '30000/1001',
      nb_frames: '60',
    });
  });

  it('lets silence follow a short voice and cuts a long one', async () => {
    const long = await encode({ name: 'padded.mp4', seconds: 3 });
    expect(await describeStream(long.out, 'a:0', 'duration')).toEqual({ duration: '3.000000' });
    const facts = await probeAudio(long.out, signal);
    const heard = await decodeVoice(long.out, facts, { signal });
    const loudness = (from: number, to: number) =>
      Math.max(...heard.samples.subarray(from * 16_000, to * 16_000).map((sample) => Math.abs(sample)));
    expect(loudness(1.5, 1.9)).toBeGreaterThan(0.05);
    expect(loudness(2.2, 2.9)).toBeLessThan(0.001);
    const short = await encode({ name: 'cut.mp4', seconds: 1, useSeconds: 1 });
    expect(await describeStream(short.out, 'a:0', 'duration')).toEqual({ duration: '1.000000' });
  });

  it('copies AAC untouched, packet by packet', async () => {
    const path = await bench.make(
      'voice.m4a',
      ...lavfi('sine=frequency=300:sample_rate=48000:duration=2'),
      '-c:a',
      'aac',
      '-b:a',
      '64k',
    );
    const { out } = await encode({ name: 'copied.mp4', path });
    const packets = await readFile(await bench.make('in.adts', '-i', path, '-c', 'copy', '-f', 'adts'));
    const copied = await readFile(await bench.make('out.adts', '-i', out, '-map', '0:a', '-c', 'copy', '-f', 'adts'));
    expect(copied.equals(packets)).toBe(true);
  });

  it.each([
    ['a WAV', 'click.wav', ['-c:a', 'pcm_s16le']],
    ['copied AAC with encoder delay', 'click.m4a', ['-c:a', 'aac', '-b:a', '96k']],
    ['an MP3 with encoder delay', 'click.mp3', ['-c:a', 'libmp3lame']],
    ['Opus', 'click.opus', ['-c:a', 'libopus']],
    ['a video whose sound starts late', 'click.mov', ['-c:a', 'aac']],
  ])('puts a click where the analysis heard it, for %s', async (_, name, args) => {
    const click = "aevalsrc='if(between(t,1,1.005),0.9*sin(2*PI*1000*t),0)':s=48000:d=2";
    const late = name.endsWith('.mov') ? [...lavfi('testsrc2=size=64x64:duration=3'), '-itsoffset', '0.7'] : [];
    const path = await bench.make(name, ...late, ...lavfi(click), ...(late.length > 0 ? H264 : []), ...args);
    const at = async (file: string) => {
      const { samples } = await decodeVoice(file, await probeAudio(file, signal), { signal });
      const peak = samples.reduce((best, sample, i) => (Math.abs(sample) > Math.abs(samples[best]) ? i : best), 0);
      return peak / 16_000;
    };
    const { out } = await encode({ name: `${name}.mp4`, path });
    // Which of the five waves of the click is the highest is up to the codec.
    expect(Math.abs((await at(path)) - 1)).toBeLessThan(0.03);
    expect(Math.abs((await at(out)) - (await at(path)))).toBeLessThan(0.005);
  });

  it('takes a voice of every common kind', async () => {
    const kinds: [string, string[]][] = [
      ['8k.wav', ['-ar', '8000', '-c:a', 'pcm_mulaw']],
      ['96k.wav', ['-ar', '96000', '-c:a', 'pcm_s24le']],
      ['surround.wav', ['-ac', '6']],
      ['odd.wav', ['-ar', '37800']],
      ['raw.aac', ['-c:a', 'aac']],
      ['vorbis.ogg', ['-c:a', 'libvorbis']],
    ];
    for (const [name, args] of kinds) {
      const path = await bench.make(name, '-i', voice, ...args);
      for (const frameRate of [
        { num: 25, den: 1 },
        { num: 60, den: 1 },
      ]) {
        const { seconds } = await encode({ name: `${name}.${frameRate.num}.mp4`, path, frameRate });
        expect(seconds).toBe(2);
      }
    }
  });

  it('ends ffmpeg at once when aborted', async () => {
    const canceled = new AbortController();
    const reason = new Error('canceled');
    const facts = await probeAudio(voice, signal);
    async function* endless(): AsyncGenerator<YuvFrame> {
      yield* pictures(3);
      canceled.abort(reason);
      yield* pictures(100_000);
    }
    const picture = { width: WIDTH, height: HEIGHT, frameRate: { num: 25, den: 1 }, frameCount: 100_003 };
    const sound = { path: voice, facts, decodedSeconds: 2, heardSeconds: 2 };
    const options = {
      ...picture,
      crf: 20,
      sound,
      out: bench.path('aborted.mp4'),
      frames: endless(),
      signal: canceled.signal,
    };
    await expect(encodeResult(options)).rejects.toBe(reason);
  });

  it('passes on what the renderer throws, and refuses a wrong size or number of pictures', async () => {
    const facts = await probeAudio(voice, signal);
    const sound = { path: voice, facts, decodedSeconds: 2, heardSeconds: 2 };
    const picture = {
      width: WIDTH,
      height: HEIGHT,
      frameRate: { num: 25, den: 1 },
      frameCount: 5,
      crf: 20,
      sound,
      signal,
    };
    const failed = new Error('no mouth');
    async function* failing(): AsyncGenerator<YuvFrame> {
      yield* pictures(2);
      throw failed;
    }
    const out = bench.path('failed.mp4');
    await expect(encodeResult({ ...picture, out, frames: failing() })).rejects.toBe(failed);
    await expect(encodeResult({ ...picture, out, frames: pictures(4) })).rejects.toThrow(RangeError);
    await expect(encodeResult({ ...picture, width: 320, out, frames: pictures(5) })).rejects.toThrow(RangeError);
  });
});

describe('verifyResult', () => {
  const expected = { width: WIDTH, height: HEIGHT, frameRate: { num: 25, den: 1 }, frameCount: 50 };

  it.each<[string, Partial<typeof expected>]>([
    ['width', { width: 162 }],
    ['frame count', { frameCount: 49 }],
    ['sound ends', { frameCount: 60 }],
  ])('names a wrong %s', async (problem, rest) => {
    const { out } = await encode({ name: 'checked.mp4' });
    const verification = verifyResult(out, { ...expected, ...rest }, signal);
    await expect(verification).rejects.toThrow(problem);
    await expect(verification).rejects.toMatchObject({ name: 'ResultInvalid' });
  });

  it('notices an index behind the media data, a missing sound and another profile', async () => {
    const { out } = await encode({ name: 'checked.mp4' });
    const late = await bench.make('late-index.mp4', '-i', out, '-c', 'copy');
    await expect(verifyResult(late, expected, signal)).rejects.toThrow('index');
    const mute = await bench.make('mute.mp4', '-i', out, '-c', 'copy', '-an', '-movflags', '+faststart');
    await expect(verifyResult(mute, expected, signal)).rejects.toThrow('no audio stream');
    const profile = ['-c:v', 'libx264', '-profile:v', 'baseline', '-c:a', 'copy', '-movflags', '+faststart'];
    const baseline = await bench.make('baseline.mp4', '-i', out, ...profile);
    await expect(verifyResult(baseline, expected, signal)).rejects.toThrow('profile');
  });

  it.each<[string, (bytes: Buffer) => Buffer]>([
    // Media data begins with the first picture, which is a key frame.
    [
      'a key frame that does not decode',
      (bytes) => bytes.fill(0x55, bytes.indexOf('mdat') + 400, bytes.indexOf('mdat') + 900),
    ],
    ['overwritten packets', (bytes) => bytes.fill(0x55, bytes.length - 6000, bytes.length - 3000)],
    ['a missing end', (bytes) => bytes.subarray(0, -3000)],
  ])('notices %s', async (_, damage) => {
    const { out } = await encode({ name: 'damaged.mp4' });
    await writeFile(out, damage(await readFile(out)));
    await expect(verifyResult(out, expected, signal)).rejects.toThrow();
  });
});

describe('makePoster', () => {
  it('writes one frame of the result as a JPEG of its size', async () => {
    const { out, seconds } = await encode({ name: 'posed.mp4' });
    const poster = bench.path('poster.jpg');
    await makePoster({ video: out, videoSeconds: seconds, out: poster }, signal);
    expect(await describeStream(poster, 'v:0', 'codec_name,width,height')).toEqual({
      codec_name: 'mjpeg',
      width: String(WIDTH),
      height: String(HEIGHT),
    });
  });

  it('finds a frame in a result of a single one', async () => {
    const path = await bench.make('blip.wav', ...lavfi('sine=sample_rate=48000:duration=0.04'));
    const { out, seconds } = await encode({ name: 'blip.mp4', seconds: 0.04, path });
    await makePoster({ video: out, videoSeconds: seconds, out: bench.path('blip.jpg') }, signal);
    expect((await stat(bench.path('blip.jpg'))).size).toBeGreaterThan(100);
    expect((await probeVideo(out, signal)).frameCount).toBe(1);
  });
});
