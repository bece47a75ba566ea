import { headAxes } from './head-pose.ts';
import { FOREHEAD_TOP, LIPS_INNER, LIPS_OUTER, NOSE_BASE, STABLE } from './landmark-indices.ts';
import { type FaceObservation, LANDMARK_COUNT, type Landmarks } from './landmarks.ts';
import { faceScale } from './mouth-shape.ts';
import { applySimilarity, fitSimilarity } from './similarity.ts';
import { smoothStretch } from './stretch-smoothing.ts';
import { dot, landmark } from './vector.ts';

/** A face that jumps this far between two frames (of its scale) was cut, not moved. */
const JUMP = 0.25;

/**
 * Removes the jitter of the mesh from observations in frame order, with no lag; see `smoothStretch`. Nothing is mixed across
 * gaps, tracks and jumps.
 */
export function smoothLandmarks(
  observations: readonly (FaceObservation | null)[],
  frameRate: number,
): (FaceObservation | null)[] {
  const smoothed: (FaceObservation | null)[] = [];
  let stretch: FaceObservation[] = [];
  observations.forEach((observation, frame) => {
    if (!observation) {
      smoothed.push(null);
      return;
    }
    stretch.push(observation);
    if (continues(observation, observations[frame + 1])) return;
    const shapes = stretch.map((member) => member.points);
    const roles = {
      stable: STABLE,
      lips: [...LIPS_INNER, ...LIPS_OUTER],
      speech: pointsBelowNose(shapes[0]),
      scale: [FOREHEAD_TOP, NOSE_BASE],
    } as const;
    let member = 0;
    for (const points of smoothStretch(shapes, roles, frameRate)) smoothed.push({ ...stretch[member++], points });
    stretch = [];
  });
  return smoothed;
}

function continues(now: FaceObservation, next: FaceObservation | null | undefined): boolean {
  if (!next || next.track !== now.track) return false;
  const moved = applySimilarity(fitSimilarity(now.points, next.points, STABLE), now.points);
  const x = moved[3 * NOSE_BASE] - now.points[3 * NOSE_BASE];
  const y = moved[3 * NOSE_BASE + 1] - now.points[3 * NOSE_BASE + 1];
  return Math.hypot(x, y) < JUMP * faceScale(now.points);
}

function pointsBelowNose(points: Landmarks): number[] {
  const { down } = headAxes(points);
  const depth = (index: number) => dot(landmark(points, index), down);
  const nose = depth(NOSE_BASE);
  return Array.from({ length: LANDMARK_COUNT }, (_, index) => index).filter((index) => depth(index) > nose);
}
