import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { together } from '../together.ts';
import { GLOBAL_ARGS, guardedInput } from './input-args.ts';
import { type ProbeStream, probeReport } from './probe-schema.ts';
import { type Rational, toNumber } from './rational.ts';
import { runForText } from './run-ffmpeg.ts';

/** Far longer than reading the longest result takes. */
const VERIFY_TIMEOUT_MS = 600_000;

/** MP4 states the length of a track in milliseconds. */
const MP4_TICK_SECONDS = 0.001;

export interface ExpectedResult {
  readonly width: number;
  readonly height: number;
  readonly frameRate: Rational;
  readonly frameCount: number;
}

export interface VerifiedResult {
  readonly seconds: number;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** The result is not what was promised: our fault, so the job is tried again rather than failed. */
export class ResultInvalid extends Error {
  override readonly name = 'ResultInvalid';
}

/**
 * Reads the finished file as a client would: codec, profile, exact size and frame count, sound as long as the picture
 * within a frame, index before the media data; every packet is there and in form, every key frame and all sound decode.
 * What lies between key frames is not decoded once more: that costs a fifth of encoding, and would only tell whether
 * libx264, which has just written it without an error, writes H.264. Throws `ResultInvalid` or `FfmpegError`.
 */
export async function verifyResult(
  path: string,
  expected: ExpectedResult,
  signal: AbortSignal,
): Promise<VerifiedResult> {
  const [, , hash] = await together(signal, (either) => [
    verifyStructure(path, expected, either),
    verifyContent(path, either),
    sha256(path, either),
  ]);
  return {
    seconds: expected.frameCount / toNumber(expected.frameRate),
    bytes: (await stat(path)).size,
    sha256: hash,
  };
}

async function verifyStructure(path: string, expected: ExpectedResult, signal: AbortSignal): Promise<void> {
  const facts = ['-count_packets', '-show_streams', '-show_format', '-of', 'json'];
  const args = ['-v', 'error', ...facts, ...guardedInput(path, 'video')];
  const text = await runForText('ffprobe', args, { signal, timeoutMs: VERIFY_TIMEOUT_MS });
  const report = probeReport.parse(JSON.parse(text));
  const video = report.streams.find((stream) => stream.codec_type === 'video');
  const audio = report.streams.find((stream) => stream.codec_type === 'audio');
  const seconds = expected.frameCount / toNumber(expected.frameRate);
  const problems = [
    ...(video ? videoProblems(video, expected) : ['no video stream']),
    ...(audio ? soundProblems(audio, seconds, expected.frameRate) : ['no audio stream']),
    ...((await boxOrder(path)).join(' ').includes('moov mdat') ? [] : ['the index does not precede the media data']),
  ];
  if (problems.length > 0) throw new ResultInvalid(`the result is not as promised: ${problems.join('; ')}`);
}

function videoProblems(video: ProbeStream, expected: ExpectedResult): string[] {
  const facts: [string, unknown, unknown][] = [
    ['codec', video.codec_name, 'h264'],
    ['profile', video.profile, 'High'],
    ['pixel format', video.pix_fmt, 'yuv420p'],
    ['width', video.width, expected.width],
    ['height', video.height, expected.height],
    ['frame count', video.nb_read_packets, expected.frameCount],
    ['video start', Math.round((video.start_time ?? 0) * 1000), 0],
  ];
  return facts.flatMap(([name, is, should]) => (is === should ? [] : [`${name} is ${is}, not ${should}`]));
}

function soundProblems(audio: ProbeStream, seconds: number, frameRate: Rational): string[] {
  const start = audio.start_time ?? 0;
  const difference = start + (audio.duration ?? 0) - seconds;
  const frame = 1 / toNumber(frameRate) + MP4_TICK_SECONDS;
  return [
    ...(Math.abs(difference) <= frame ? [] : [`sound ends ${difference.toFixed(3)} s after the picture`]),
    ...(Math.abs(start) <= frame / 2 ? [] : [`sound starts at ${start} s`]),
  ];
}

/** Types of the top-level boxes of an MP4 (ISO/IEC 14496-12) in file order, less the ones without content. */
async function boxOrder(path: string): Promise<string[]> {
  await using file = await open(path);
  const { size } = await file.stat();
  const header = Buffer.alloc(16);
  const types: string[] = [];
  for (let at = 0; at + 8 <= size; ) {
    await file.read(header, 0, 16, at);
    const type = header.toString('latin1', 4, 8);
    if (type !== 'free') types.push(type);
    const short = header.readUInt32BE(0);
    const length = short === 1 ? Number(header.readBigUInt64BE(8)) : short === 0 ? size - at : short;
    if (length < 8) break;
    at += length;
  }
  return types;
}

/** Decodes key frames and sound, and takes every packet of the picture apart down to its slice headers. */
async function verifyContent(path: string, signal: AbortSignal): Promise<void> {
  const args = [
    ...GLOBAL_ARGS,
    ...['-xerror', '-err_detect', 'explode', '-skip_frame', 'nokey'],
    ...guardedInput(path, 'video'),
    ...['-map', '0', '-f', 'null', '-'],
    // This filter reads all headers, and fails where they, or the lengths of their units, make no sense.
    ...['-map', '0:v:0', '-c', 'copy', '-bsf:v', 'h264_metadata', '-f', 'null', '-'],
  ];
  await runForText('ffmpeg', args, { signal, timeoutMs: VERIFY_TIMEOUT_MS });
}

async function sha256(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { signal })) hash.update(chunk);
  return hash.digest('hex');
}
