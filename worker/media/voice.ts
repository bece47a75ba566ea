import { MAX_OUTPUT_SECONDS } from '../../schema/request.ts';
import { VOICE_SAMPLE_RATE, type Voice } from '../engines/engine.ts';
import { JobFailure } from '../failure.ts';
import { GLOBAL_ARGS, guardedInput } from './input-args.ts';
import type { AudioFacts } from './probe.ts';
import { FfmpegError, FfmpegProcess } from './run-ffmpeg.ts';

/** Far above real cost (an hour of speech decodes in seconds), far below a stuck worker. */
const DECODE_TIMEOUT_MS = 300_000;
/**
 * A mix that keeps less than this share of the louder channel's power lost it to cancellation or to a silent side:
 * equal channels keep 1, unrelated ones 0.5, one silent channel 0.25, opposite ones 0.
 */
const MIN_MIX_POWER = 0.3;
/** Seconds of samples that the first buffer holds; it doubles from there. */
const FIRST_BUFFER_SECONDS = 16;

export interface VoiceOptions {
  /** Read no more than this; the rest of the file is not wanted (`audioDuration`). */
  readonly useSeconds?: number;
  readonly signal: AbortSignal;
}

export interface DecodedVoice extends Voice {
  /** What was really decoded, which a damaged or mislabelled file announces wrongly. */
  readonly seconds: number;
}

/**
 * Sound becomes continuous and starts at zero: a late first sample is moved to 0, a gap in the timestamps is filled
 * with silence. The analysis and the result use the same chain, or lips and sound would part.
 */
export const CONTINUOUS_SOUND = 'asetpts=PTS-STARTPTS,aresample=async=1:first_pts=0';

/**
 * The voice as 16 kHz mono −1…1 for analysis. Stereo is mixed, or its louder side taken where mixing would cancel.
 * Throws `JobFailure`: AUDIO_UNREADABLE when nothing can be decoded, AUDIO_TOO_LONG beyond the longest result.
 */
export async function decodeVoice(
  path: string,
  facts: AudioFacts,
  { useSeconds, signal }: VoiceOptions,
): Promise<DecodedVoice> {
  const tooLong = useSeconds === undefined || useSeconds > MAX_OUTPUT_SECONDS;
  // One second more than allowed tells a voice that is too long from one that just fits.
  const limitSeconds = tooLong ? MAX_OUTPUT_SECONDS + 1 : useSeconds;
  const channels = facts.channels === 1 ? 1 : 2;
  const ffmpeg = new FfmpegProcess('ffmpeg', voiceArgs(path, facts.streamIndex, channels, limitSeconds), {
    signal,
    timeoutMs: DECODE_TIMEOUT_MS,
  });
  const interleaved = await readSamples(ffmpeg, limitSeconds * VOICE_SAMPLE_RATE * channels);
  const samples = channels === 1 ? interleaved : mixDown(interleaved);
  const seconds = samples.length / VOICE_SAMPLE_RATE;
  if (samples.length === 0) throw unreadable();
  if (seconds > MAX_OUTPUT_SECONDS) {
    const advice = `The voice is longer than ${MAX_OUTPUT_SECONDS} s. Trim it, or set audioDuration to use its beginning.`;
    throw new JobFailure('AUDIO_TOO_LONG', advice);
  }
  return { samples, seconds };
}

/** One track of any file → interleaved 32-bit floats at the analysis rate on stdout. */
export function voiceArgs(path: string, streamIndex: number, channels: 1 | 2, seconds: number): string[] {
  return [
    ...GLOBAL_ARGS,
    ...['-max_error_rate', '1'],
    ...guardedInput(path, 'audio'),
    ...['-map', `0:${streamIndex}`, '-af', `${CONTINUOUS_SOUND},atrim=end=${seconds}`],
    ...['-ar', String(VOICE_SAMPLE_RATE), '-ac', String(channels), '-f', 'f32le', 'pipe:1'],
  ];
}

/** Left and right → mono; the louder one alone where their mix loses most of its power (anti-phase, one side silent). */
export function mixDown(interleaved: Float32Array): Float32Array {
  const length = interleaved.length >> 1;
  let left = 0;
  let right = 0;
  let mix = 0;
  for (let i = 0; i < length; i++) {
    const l = interleaved[2 * i];
    const r = interleaved[2 * i + 1];
    left += l * l;
    right += r * r;
    mix += ((l + r) / 2) ** 2;
  }
  const cancels = mix < MIN_MIX_POWER * Math.max(left, right);
  const louder = left >= right ? 0 : 1;
  const mono = new Float32Array(length);
  for (let i = 0; i < length; i++) {
    mono[i] = cancels ? interleaved[2 * i + louder] : (interleaved[2 * i] + interleaved[2 * i + 1]) / 2;
  }
  return mono;
}

async function readSamples(process: FfmpegProcess, maxSamples: number): Promise<Float32Array> {
  await using ffmpeg = process;
  ffmpeg.stdin.end();
  const maxBytes = Math.ceil(maxSamples) * Float32Array.BYTES_PER_ELEMENT;
  let bytes = new Uint8Array(
    Math.min(maxBytes, FIRST_BUFFER_SECONDS * VOICE_SAMPLE_RATE * Float32Array.BYTES_PER_ELEMENT),
  );
  let filled = 0;
  ffmpeg.stdout.on('data', (chunk: Uint8Array) => {
    const part = chunk.subarray(0, maxBytes - filled);
    if (filled + part.length > bytes.length) {
      const larger = new Uint8Array(Math.min(maxBytes, Math.max(bytes.length * 2, filled + part.length)));
      larger.set(bytes.subarray(0, filled));
      bytes = larger;
    }
    bytes.set(part, filled);
    filled += part.length;
  });
  try {
    await ffmpeg.completed;
  } catch (error) {
    if (error instanceof FfmpegError && error.exitCode !== undefined && filled === 0) throw unreadable(error);
    throw error;
  }
  return new Float32Array(bytes.buffer, 0, Math.floor(filled / Float32Array.BYTES_PER_ELEMENT));
}

function unreadable(cause?: unknown): JobFailure {
  return new JobFailure(
    'AUDIO_UNREADABLE',
    'No sound of the audio file can be decoded. Check that it plays, or convert it to WAV.',
    {
      cause,
    },
  );
}
