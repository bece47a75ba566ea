import { CHUNK_FRAMES, chunkArgs } from './decode-args.ts';
import { createFrame, frameBytes, type YuvFrame } from './frame.ts';
import type { Rational } from './rational.ts';
import { rawFrames } from './raw-frames.ts';
import { FfmpegProcess } from './run-ffmpeg.ts';

/**
 * Chunks in memory: the one being shown, the one being read ahead, and the one before, which a turn of direction
 * shows again. A source that fits into them is read only once, however often it is repeated.
 */
const CACHED_CHUNKS = 3;

export interface LosslessCopy {
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly frameRate: Rational;
  readonly frameCount: number;
}

/** A stretch of the timeline that stays within one chunk of the copy. */
interface Visit {
  readonly chunk: number;
  readonly from: number;
  readonly to: number;
}

interface CachedChunk {
  readonly chunk: number;
  readonly buffer: Uint8Array;
  readonly loaded: Promise<void>;
}

/**
 * Frame `timeline[k]` of the copy as the k-th picture, in any order, with memory for a few chunks whatever the length.
 * A frame may be changed in place and is valid until the next one is asked for.
 */
export async function* replayCopy(
  copy: LosslessCopy,
  timeline: Int32Array,
  signal: AbortSignal,
): AsyncGenerator<YuvFrame> {
  const leaving = new AbortController();
  const cache = new ChunkCache(copy, AbortSignal.any([signal, leaving.signal]));
  const shown = createFrame(copy.width, copy.height);
  const bytes = frameBytes(copy.width, copy.height);
  const visits = planVisits(timeline);
  try {
    for (const [v, { chunk, from, to }] of visits.entries()) {
      const current = cache.load(chunk);
      await current.loaded;
      if (v + 1 < visits.length) cache.load(visits[v + 1].chunk);
      for (let k = from; k < to; k++) {
        const offset = (timeline[k] - chunk * CHUNK_FRAMES) * bytes;
        shown.data.set(current.buffer.subarray(offset, offset + bytes));
        yield shown;
      }
    }
  } finally {
    leaving.abort();
    await cache.settled();
  }
}

function planVisits(timeline: Int32Array): Visit[] {
  const visits: Visit[] = [];
  let from = 0;
  for (let k = 1; k <= timeline.length; k++) {
    const chunk = Math.floor(timeline[from] / CHUNK_FRAMES);
    if (k < timeline.length && Math.floor(timeline[k] / CHUNK_FRAMES) === chunk) continue;
    visits.push({ chunk, from, to: k });
    from = k;
  }
  return visits;
}

/** The least recently used chunk gives its buffer to the next. */
class ChunkCache {
  readonly #copy: LosslessCopy;
  readonly #signal: AbortSignal;
  #chunks: CachedChunk[] = [];

  constructor(copy: LosslessCopy, signal: AbortSignal) {
    this.#copy = copy;
    this.#signal = signal;
  }

  load(chunk: number): CachedChunk {
    const known = this.#chunks.find((cached) => cached.chunk === chunk);
    const entry = known ?? this.#read(chunk);
    this.#chunks = [...this.#chunks.filter((cached) => cached !== entry), entry];
    return entry;
  }

  async settled(): Promise<void> {
    await Promise.allSettled(this.#chunks.map((cached) => cached.loaded));
  }

  #read(chunk: number): CachedChunk {
    const { width, height } = this.#copy;
    const evicted = this.#chunks.length < CACHED_CHUNKS ? undefined : this.#chunks.shift();
    const buffer = evicted?.buffer ?? new Uint8Array(CHUNK_FRAMES * frameBytes(width, height));
    const loaded = this.#fill(chunk, buffer);
    // A chunk read ahead that fails is reported when it is shown.
    loaded.catch(() => undefined);
    return { chunk, buffer, loaded };
  }

  async #fill(chunk: number, buffer: Uint8Array): Promise<void> {
    const { path, width, height, frameRate, frameCount } = this.#copy;
    const first = chunk * CHUNK_FRAMES;
    const count = Math.min(CHUNK_FRAMES, frameCount - first);
    const ffmpeg = new FfmpegProcess('ffmpeg', chunkArgs(path, frameRate, first, count), { signal: this.#signal });
    let offset = 0;
    for await (const frame of rawFrames(ffmpeg, width, height)) {
      buffer.set(frame.data, offset);
      offset += frame.data.length;
    }
    const missing = count - offset / frameBytes(width, height);
    if (missing > 0) throw new Error(`the lossless copy lacks ${missing} of ${count} frames from ${first} on`);
  }
}
