import type { SyncMode } from '../../schema/request.ts';

/**
 * Which source frame stands behind each output frame: `result[k]` is a source index for output frame `k`.
 * Always starts at source frame 0. `cut_off` asks for no more frames than the source has, and holds its last if it must.
 */
export function planTimeline(mode: SyncMode, sourceFrames: number, outputFrames: number): Int32Array {
  if (sourceFrames < 1) throw new RangeError('a timeline needs at least one source frame');
  const timeline = new Int32Array(outputFrames);
  for (let k = 0; k < outputFrames; k++) timeline[k] = sourceIndex(mode, k, sourceFrames, outputFrames);
  return timeline;
}

/** A timeline that never goes back can be served by decoding the source once more. */
export function movesForwardOnly(timeline: Int32Array): boolean {
  return timeline.every((index, k) => k === 0 || index >= timeline[k - 1]);
}

function sourceIndex(mode: SyncMode, k: number, sourceFrames: number, outputFrames: number): number {
  const last = sourceFrames - 1;
  switch (mode) {
    case 'cut_off':
      return Math.min(k, last);
    case 'loop':
      return k % sourceFrames;
    case 'bounce':
    case 'silence': {
      if (last === 0) return 0;
      // The turning frames are shown once, not twice: the motion then passes through them without a stop.
      const phase = k % (2 * last);
      return phase <= last ? phase : 2 * last - phase;
    }
    case 'remap':
      return outputFrames === 1 ? 0 : Math.round((k * last) / (outputFrames - 1));
  }
}
