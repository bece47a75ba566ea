/**
 * MediaPipe's 468 face points, `[468, 3]`: x and y in pixels of the frame ((0, 0) is the centre of the first pixel),
 * z in the same unit, smaller is nearer, its zero near the middle of the head.
 */
export type Landmarks = Float32Array;

export const LANDMARK_COUNT = 468;

/** What was seen of the followed face in one frame. */
export interface FaceObservation {
  readonly points: Landmarks;
  /** 0 to 1: how sure the mesh is that it looks at a face. */
  readonly presence: number;
  /** Observations with the same track show the same face with no cut or gap in between. */
  readonly track: number;
}
