import { CHUNK_FRAMES, chunkArgs } from './decode-args.ts';
import { createFrame, frameBytes, type YuvFrame } from './frame.ts';
import { rawFrames } from './raw-frames.ts';
import { FfmpegProcess } from './run-ffmpeg.ts';
import type { SourceCopy } from './source-copy.ts';

/**
 * Chunks in memory: the one being shown, the one being read ahead, and the one before, which a turn of direction
 * shows again. A source that fits into them is read only once, however often it is repeated.
 */
const CACHED_CHUNKS = 3;

/** Forward stretches of at least this many frames are read by one ffmpeg: starting one costs as much as several frames. */
const STREAMED_FRAMES = 2 * CHUNK_FRAMES;

/** A piece of the timeline: read as a stream from `chunk` on, or within that chunk alone. */
interface Visit {
  readonly chunk: number;
  readonly from: number;
  readonly to: number;
  readonly streamed: boolean;
}

interface CachedChunk {
  readonly chunk: number;
  readonly buffer: Uint8Array;
  readonly loaded: Promise<void>;
}

/**
 * Frame `timeline[k]` of a lossless copy as the k-th picture, in any order, with memory for a few chunks whatever the length.
 * A frame may be changed in place and is valid until the next one is asked for.
 */
export async function* replayLossless(
  copy: SourceCopy,
  timeline: Int32Array,
  signal: AbortSignal,
): AsyncGenerator<YuvFrame> {
  const leaving = new AbortController();
  const cache = new ChunkCache(copy, AbortSignal.any([signal, leaving.signal]));
  const shown = createFrame(copy.width, copy.height);
  const bytes = frameBytes(copy.width, copy.height);
  const visits = planVisits(timeline);
  try {
    for (const [v, visit] of visits.entries()) {
      if (visit.streamed) {
        yield* streamForward(copy, timeline, visit, shown, signal);
        continue;
      }
      const current = cache.load(visit.chunk);
      await current.loaded;
      const next = visits[v + 1];
      if (next && !next.streamed) cache.load(next.chunk);
      for (let k = visit.from; k < visit.to; k++) {
        const offset = (timeline[k] - visit.chunk * CHUNK_FRAMES) * bytes;
        shown.data.set(current.buffer.subarray(offset, offset + bytes));
        yield shown;
      }
    }
  } finally {
    leaving.abort();
    await cache.settled();
  }
}

/** Frames may be shown several times; each time `shown` is as good as new. */
async function* streamForward(
  copy: SourceCopy,
  timeline: Int32Array,
  { chunk, from, to }: Visit,
  shown: YuvFrame,
  signal: AbortSignal,
): AsyncGenerator<YuvFrame> {
  const first = chunk * CHUNK_FRAMES;
  const count = timeline[to - 1] - first + 1;
  const ffmpeg = new FfmpegProcess('ffmpeg', chunkArgs(copy.path, copy.frameRate, first, count), { signal });
  let index = first;
  let k = from;
  for await (const frame of rawFrames(ffmpeg, copy.width, copy.height)) {
    for (; k < to && timeline[k] === index; k++) {
      shown.data.set(frame.data);
      yield shown;
    }
    index++;
  }
  if (k < to) throw new Error(`the lossless copy ends at frame ${index}, before ${timeline[to - 1]}`);
}

function planVisits(timeline: Int32Array): Visit[] {
  const visits: Visit[] = [];
  for (let from = 0; from < timeline.length; ) {
    const chunk = Math.floor(timeline[from] / CHUNK_FRAMES);
    const forward = endOf(timeline, from, (step) => step === 0 || step === 1);
    const streamed = timeline[forward - 1] - timeline[from] >= STREAMED_FRAMES;
    const to = streamed ? forward : endOf(timeline, from, (_, frame) => Math.floor(frame / CHUNK_FRAMES) === chunk);
    visits.push({ chunk, from, to, streamed });
    from = to;
  }
  return visits;
}

/** Where the stretch from `from` on ends in which every frame continues what was before. */
function endOf(timeline: Int32Array, from: number, continues: (step: number, frame: number) => boolean): number {
  let k = from + 1;
  while (k < timeline.length && continues(timeline[k] - timeline[k - 1], timeline[k])) k++;
  return k;
}

/** The least recently used chunk gives its buffer to the next. */
class ChunkCache {
  readonly #copy: SourceCopy;
  readonly #signal: AbortSignal;
  #chunks: CachedChunk[] = [];

  constructor(copy: SourceCopy, signal: AbortSignal) {
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
