import { GLOBAL_ARGS, guardedInput } from './input-args.ts';
import { type Rational, toArgument } from './rational.ts';
import type { PlannedCopy } from './source-copy.ts';

/**
 * Frames between two key frames of the lossless copy, and so the unit in which it is read backwards: 22 MB of
 * pictures at 720p. Longer would save little space (measured: 132 kB a frame at 16, 193 kB at 1) and cost memory.
 */
export const CHUNK_FRAMES = 16;

/** Each thread holds pictures of its own, 50 MB at 8K: a machine with many cores must not need gigabytes for one file. */
const DECODER_THREADS = ['-threads', '4'];

export interface DecodeRequest {
  readonly path: string;
  readonly streamIndex: number;
  /** The chain of `pictureFilters`. */
  readonly filters: string;
  readonly frameRate: Rational;
  readonly maxFrames: number;
  /** Where to leave a copy of the same frames; none by default. */
  readonly copyTo?: PlannedCopy;
}

const RAW = ['-fps_mode', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'yuv420p'];
const RAW_TO_STDOUT = [...RAW, 'pipe:1'];
/** Measured against ffv1, utvideo, huffyuv and magicyuv at 720p: the smallest file, and among the fastest both ways. */
const LOSSLESS = [
  '-c:v',
  'libx264',
  '-preset',
  'ultrafast',
  '-qp',
  '0',
  '-g',
  String(CHUNK_FRAMES),
  '-keyint_min',
  String(CHUNK_FRAMES),
];

/** Source file → raw I420 on stdout, and at the same time into a copy where one is asked for. */
export function decodeArgs({ path, streamIndex, filters, frameRate, maxFrames, copyTo }: DecodeRequest): string[] {
  const chain = `[0:${streamIndex}]${filters}`;
  const graph = copyTo === undefined ? `${chain}[view]` : `${chain},split=2[view][copy]`;
  const limit = (frames: number) => ['-frames:v', String(frames)];
  return [
    ...GLOBAL_ARGS,
    // A damaged stretch is skipped, whatever its share of the file.
    ...['-max_error_rate', '1'],
    ...DECODER_THREADS,
    ...guardedInput(path, 'video'),
    ...['-filter_complex', graph],
    ...['-map', '[view]', ...limit(maxFrames), ...RAW_TO_STDOUT],
    ...(copyTo
      ? ['-map', '[copy]', ...limit(Math.min(maxFrames, copyTo.maxFrames)), ...copyArgs(frameRate, copyTo)]
      : []),
  ];
}

/** The frames `from … from + count - 1` of a lossless copy → raw I420 on stdout. `from` begins a chunk. */
export function chunkArgs(copy: string, frameRate: Rational, from: number, count: number): string[] {
  // Half a frame early: safe from rounding, and still after the frame before.
  const seconds = Math.max(0, ((from - 0.5) * frameRate.den) / frameRate.num);
  const seek = ['-ss', seconds.toFixed(6)];
  return [
    ...GLOBAL_ARGS,
    ...DECODER_THREADS,
    ...seek,
    ...guardedInput(copy, 'video'),
    '-map',
    '0:0',
    '-frames:v',
    String(count),
    ...RAW_TO_STDOUT,
  ];
}

function copyArgs(frameRate: Rational, { path, format }: PlannedCopy): string[] {
  if (format === 'raw') return [...RAW, `file:${path}`];
  const timing = ['-r', toArgument(frameRate), '-fps_mode', 'cfr'];
  return [...timing, ...LOSSLESS, '-sc_threshold', '0', '-pix_fmt', 'yuv420p', '-an', '-f', 'matroska', `file:${path}`];
}
