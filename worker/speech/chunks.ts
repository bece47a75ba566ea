/** A stretch of a long signal, in frames. */
export interface Chunk {
  readonly start: number;
  readonly length: number;
}

/**
 * Covers `total` frames with equally long chunks of at most `longest`, neighbours sharing at least `overlap` frames.
 * Equal lengths, because a short last chunk would be normalised by a handful of words.
 */
export function planChunks(total: number, longest: number, overlap: number): Chunk[] {
  if (total <= 0) return [];
  if (total <= longest) return [{ start: 0, length: total }];
  const count = Math.ceil((total - overlap) / (longest - overlap));
  const length = Math.min(longest, Math.ceil((total + (count - 1) * overlap) / count));
  const lastStart = total - length;
  return Array.from({ length: count }, (_, i) => ({ start: Math.round((lastStart * i) / (count - 1)), length }));
}

/**
 * The weight of `chunks[index]` at `frame`: 1 where it is alone, a linear cross-fade where two overlap. The weights of
 * all chunks sum to one at every frame. The outer `margin` frames of an overlap belong to the other chunk alone: that near
 * to its own end, a chunk's network has not heard enough of what follows.
 */
export function chunkWeight(chunks: readonly Chunk[], index: number, frame: number, margin: number): number {
  const { start, length } = chunks[index];
  if (frame < start || frame >= start + length) return 0;
  const previous = chunks[index - 1];
  const next = chunks[index + 1];
  const rise = previous ? fade(frame, start, previous.start + previous.length, margin) : 1;
  const fall = next ? 1 - fade(frame, next.start, start + length, margin) : 1;
  return Math.min(rise, fall);
}

function fade(frame: number, overlapStart: number, overlapEnd: number, margin: number): number {
  const from = overlapStart + margin;
  const to = overlapEnd - margin;
  return Math.min(1, Math.max(0, (frame - from + 0.5) / (to - from)));
}
