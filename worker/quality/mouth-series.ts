import type { Landmarks } from '../face/landmarks.ts';
import { mouthShape } from '../face/mouth-shape.ts';

/** How open and how wide a mouth was in each frame of a clip, in units of the face; NaN where no face was seen. */
export interface MouthSeries {
  readonly opening: Float32Array;
  readonly width: Float32Array;
}

/** Measures the mouth in every frame's landmarks; a frame without a face is `undefined`. */
export function measureMouths(frames: readonly (Landmarks | undefined)[]): MouthSeries {
  const opening = new Float32Array(frames.length).fill(Number.NaN);
  const width = new Float32Array(frames.length).fill(Number.NaN);
  for (const [frame, points] of frames.entries()) {
    if (!points) continue;
    const shape = mouthShape(points);
    opening[frame] = shape.opening;
    width[frame] = shape.width;
  }
  return { opening, width };
}

/** The series that a result would show if its frame k repeated the mouth of frame `timeline[k]`. */
export function alongTimeline(series: MouthSeries, timeline: Int32Array): MouthSeries {
  return {
    opening: Float32Array.from(timeline, (frame) => series.opening[frame]),
    width: Float32Array.from(timeline, (frame) => series.width[frame]),
  };
}
