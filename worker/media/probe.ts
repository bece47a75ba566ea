import { stat } from 'node:fs/promises';
import { JobFailure } from '../failure.ts';
import { guardedInput, MAX_SOURCE_PIXELS, type MediaKind } from './input-args.ts';
import { type ProbeReport, type ProbeStream, packetReport, probeReport } from './probe-schema.ts';
import { parseRational, type Rational, toNumber } from './rational.ts';
import { FfmpegError, runForText } from './run-ffmpeg.ts';

/** Smallest side that a face can be found on at all. */
export const MIN_SOURCE_SIDE = 32;
/** Longest source video, in seconds: an hour. More is a mistake, and its analysis would outlive any deadline. */
export const MAX_SOURCE_SECONDS = 3600;
/** A sane file is probed in tens of milliseconds; one that keeps ffprobe busy this long is built to. */
const PROBE_TIMEOUT_MS = 30_000;
/** Faster than any camera that delivers sound: a rate above it is a container's tick (webm: 1000), not a frame rate. */
const MAX_PLAUSIBLE_RATE = 240;
/** Somewhat more than the limit is still measured, so that the caller is told the size rather than that it fails. */
const PROBED_PIXELS = 4 * MAX_SOURCE_PIXELS;
/** Packets read to measure the rate of a file that doesn't tell it: a few seconds. */
const RATE_PACKETS = 150;

export interface SourceColour {
  readonly primaries: string | undefined;
  readonly transfer: string | undefined;
  readonly matrix: string | undefined;
  readonly range: string | undefined;
}

/** What is known about a video file before any frame of it is decoded. */
export interface VideoFacts {
  readonly streamIndex: number;
  readonly container: string;
  readonly codec: string;
  readonly profile: string | undefined;
  /** As stored, before rotation and before pixels are made square. */
  readonly codedWidth: number;
  readonly codedHeight: number;
  /** Counter-clockwise degrees of the display matrix, as ffprobe says it; 0 where there is none. */
  readonly rotationDegrees: number;
  readonly sampleAspectRatio: Rational;
  /** As a player shows it: rotated, square pixels. Not necessarily even. */
  readonly width: number;
  readonly height: number;
  readonly pixelFormat: string;
  readonly interlaced: boolean;
  readonly colour: SourceColour;
  /** Mean frames per second by timestamps; undefined where the file doesn't tell (a single picture, some recordings). */
  readonly averageFrameRate: Rational | undefined;
  /** The grid that the timestamps lie on; frames may be missing from it. */
  readonly nominalFrameRate: Rational | undefined;
  readonly startSeconds: number;
  readonly durationSeconds: number | undefined;
  readonly frameCount: number | undefined;
  readonly hasAudio: boolean;
}

/** What is known about the sound of a file before it is decoded. */
export interface AudioFacts {
  readonly streamIndex: number;
  readonly container: string;
  readonly codec: string;
  readonly profile: string | undefined;
  readonly sampleRate: number;
  readonly channels: number;
  /** When the sound starts, counted from where the file starts: 0, except beside an earlier video track. */
  readonly startSeconds: number;
  readonly durationSeconds: number | undefined;
}

/**
 * Facts of the main video track (the default one, else the largest; never a cover picture).
 * Throws `JobFailure`: INPUT_EMPTY, VIDEO_UNREADABLE, VIDEO_TOO_SMALL, VIDEO_TOO_LARGE or VIDEO_TOO_LONG.
 */
export async function probeVideo(path: string, signal: AbortSignal): Promise<VideoFacts> {
  const report = await probe(path, 'video', signal);
  const stream = pickVideo(report);
  const { width, height } = displaySize(stream);
  checkVideoLimits(stream, report);
  return {
    streamIndex: stream.index,
    container: report.format.format_name,
    codec: stream.codec_name ?? 'unknown',
    profile: stream.profile,
    codedWidth: stream.width,
    codedHeight: stream.height,
    rotationDegrees: rotation(stream),
    sampleAspectRatio: sampleAspectRatio(stream),
    width,
    height,
    pixelFormat: stream.pix_fmt ?? 'unknown',
    interlaced: ['tt', 'bb', 'tb', 'bt'].includes(stream.field_order ?? ''),
    colour: {
      primaries: known(stream.color_primaries),
      transfer: known(stream.color_transfer),
      matrix: known(stream.color_space),
      range: known(stream.color_range),
    },
    averageFrameRate: await averageFrameRate(path, stream, signal),
    nominalFrameRate: parseRational(stream.r_frame_rate),
    startSeconds: stream.start_time ?? 0,
    durationSeconds: stream.duration ?? report.format.duration,
    frameCount: stream.nb_frames,
    hasAudio: report.streams.some((other) => other.codec_type === 'audio'),
  };
}

/**
 * Facts of the main audio track (the default one, else the first). The file may be a video.
 * Throws `JobFailure`: INPUT_EMPTY or AUDIO_UNREADABLE.
 */
export async function probeAudio(path: string, signal: AbortSignal): Promise<AudioFacts> {
  const report = await probe(path, 'audio', signal);
  const tracks = report.streams.filter((stream) => stream.codec_type === 'audio' && stream.channels > 0);
  const stream = tracks.find((track) => track.disposition.default === 1) ?? tracks[0];
  if (stream?.sample_rate === undefined) {
    throw new JobFailure(
      'AUDIO_UNREADABLE',
      'The audio file holds no sound. Send a WAV, MP3, M4A, FLAC or Ogg file with speech.',
    );
  }
  return {
    streamIndex: stream.index,
    container: report.format.format_name,
    codec: stream.codec_name ?? 'unknown',
    profile: stream.profile,
    sampleRate: stream.sample_rate,
    channels: stream.channels,
    startSeconds: Math.max(0, (stream.start_time ?? 0) - (report.format.start_time ?? 0)),
    durationSeconds: stream.duration ?? report.format.duration,
  };
}

/** ffprobe's arguments to print `entries` of a file as JSON. Pure data, so that tests can read what is asked. */
export function probeArgs(path: string, kind: MediaKind, entries: readonly string[]): string[] {
  return ['-v', 'error', ...entries, '-of', 'json', ...guardedInput(path, kind, PROBED_PIXELS)];
}

async function probe(path: string, kind: MediaKind, signal: AbortSignal): Promise<ProbeReport> {
  if ((await stat(path)).size === 0) {
    throw new JobFailure('INPUT_EMPTY', `The ${kind} file has no bytes. Upload it again.`);
  }
  return probeReport.parse(await ask(path, kind, ['-show_streams', '-show_format'], signal));
}

async function ask(path: string, kind: MediaKind, entries: readonly string[], signal: AbortSignal): Promise<unknown> {
  try {
    const options = { signal, timeoutMs: PROBE_TIMEOUT_MS };
    return JSON.parse(await runForText('ffprobe', probeArgs(path, kind, entries), options));
  } catch (cause) {
    if (!(cause instanceof FfmpegError)) throw cause;
    if (kind === 'audio') {
      const advice = 'The audio file cannot be read. Check that it plays, or convert it to WAV, MP3 or M4A.';
      throw new JobFailure('AUDIO_UNREADABLE', advice, { cause });
    }
    const advice =
      'The video file cannot be read: it is damaged, incomplete or no video. Check that it plays, or convert it to MP4.';
    throw new JobFailure('VIDEO_UNREADABLE', advice, { cause });
  }
}

function pickVideo(report: ProbeReport): ProbeStream {
  const tracks = report.streams.filter(
    (stream) =>
      stream.codec_type === 'video' && stream.disposition.attached_pic === 0 && stream.width * stream.height > 0,
  );
  const [largest] = tracks.toSorted((a, b) => b.width * b.height - a.width * a.height);
  const stream = tracks.find((track) => track.disposition.default === 1) ?? largest;
  if (stream) return stream;
  const soundOnly = report.streams.some((other) => other.codec_type === 'audio');
  throw new JobFailure(
    'VIDEO_UNREADABLE',
    soundOnly
      ? 'The video file holds only sound. Send a video that shows the speaker.'
      : 'The video file holds no picture that can be decoded. Convert it to MP4 (H.264).',
  );
}

function checkVideoLimits(stream: ProbeStream, report: ProbeReport): void {
  const size = `${stream.width}x${stream.height}`;
  if (Math.min(stream.width, stream.height) < MIN_SOURCE_SIDE) {
    throw new JobFailure(
      'VIDEO_TOO_SMALL',
      `The video is ${size} pixels. Send one whose sides have at least ${MIN_SOURCE_SIDE}.`,
    );
  }
  if (stream.width * stream.height > MAX_SOURCE_PIXELS) {
    throw new JobFailure('VIDEO_TOO_LARGE', `The video is ${size} pixels. Send one of at most 7680x4320.`);
  }
  const seconds = stream.duration ?? report.format.duration ?? 0;
  if (seconds > MAX_SOURCE_SECONDS) {
    throw new JobFailure(
      'VIDEO_TOO_LONG',
      `The video is ${Math.round(seconds)} s long. Trim it to at most ${MAX_SOURCE_SECONDS} s.`,
    );
  }
}

function rotation(stream: ProbeStream): number {
  return stream.side_data_list.find((data) => data.rotation !== undefined)?.rotation ?? 0;
}

function sampleAspectRatio(stream: ProbeStream): Rational {
  return parseRational(stream.sample_aspect_ratio) ?? { num: 1, den: 1 };
}

function displaySize(stream: ProbeStream): { width: number; height: number } {
  const aspect = toNumber(sampleAspectRatio(stream));
  // Squaring the pixels stretches one side and keeps the other, so no detail is thrown away.
  const width = Math.round(stream.width * Math.max(1, aspect));
  const height = Math.round(stream.height * Math.max(1, 1 / aspect));
  const quarterTurns = Math.round(rotation(stream) / 90);
  return quarterTurns % 2 === 0 ? { width, height } : { width: height, height: width };
}

function known(value: string | undefined): string | undefined {
  return value === 'unknown' ? undefined : value;
}

async function averageFrameRate(path: string, stream: ProbeStream, signal: AbortSignal): Promise<Rational | undefined> {
  const average = parseRational(stream.avg_frame_rate);
  if (stream.nb_frames !== undefined) return stream.nb_frames > 1 ? average : undefined;
  const nominal = parseRational(stream.r_frame_rate);
  if (
    average &&
    nominal &&
    average.num * nominal.den === nominal.num * average.den &&
    toNumber(average) <= MAX_PLAUSIBLE_RATE
  ) {
    return average;
  }
  return measureFrameRate(path, stream.index, signal);
}

/** The mean rate of the first seconds, for files without an index (webm recorded by a browser, MPEG-TS). */
async function measureFrameRate(path: string, streamIndex: number, signal: AbortSignal): Promise<Rational | undefined> {
  const some = ['-select_streams', String(streamIndex), '-read_intervals', `%+#${RATE_PACKETS}`];
  const report = packetReport.parse(await ask(path, 'video', [...some, '-show_entries', 'packet=pts_time'], signal));
  const times = report.packets.flatMap((packet) => packet.pts_time ?? []);
  const span = Math.max(...times) - Math.min(...times);
  if (times.length < 2 || !(span > 0)) return undefined;
  return { num: Math.round(((times.length - 1) / span) * 1000), den: 1000 };
}
