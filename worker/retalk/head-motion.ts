import type { ClipTrack } from './clip-track.ts';
import { STABLE_POINTS } from './face-points.ts';
import { noseToChin } from './warp-maps.ts';

/**
 * How far the head moves from each frame of a smoothed track to the next, in distances from nose to chin: the mean way of points that speech
 * doesn't move. NaN without a face in both frames, Infinity across a cut; the last frame's is NaN.
 */
export function headMotion(track: ClipTrack): Float32Array {
  const motion = new Float32Array(track.length).fill(Number.NaN);
  for (let frame = 0; frame + 1 < track.length; frame++) {
    if (track.shot(frame) !== track.shot(frame + 1)) motion[frame] = Number.POSITIVE_INFINITY;
    else if (track.hasFace(frame) && track.hasFace(frame + 1)) {
      motion[frame] = meanWay(track.shape(frame), track.shape(frame + 1)) / noseToChin(track.shape(frame));
    }
  }
  return motion;
}

function meanWay(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (const point of STABLE_POINTS) {
    sum += Math.hypot(a[3 * point] - b[3 * point], a[3 * point + 1] - b[3 * point + 1]);
  }
  return sum / STABLE_POINTS.length;
}
