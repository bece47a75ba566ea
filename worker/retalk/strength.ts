/** Frames over which the replaced mouth gives way to the untouched picture, and back. */
const FADE_FRAMES = 4;

/**
 * How much of the new mouth each output frame shows: 1 where the face is usable, 0 where it isn't, and a ramp before and after that
 * ends in 0 exactly where the face is lost, so nothing pops.
 */
export function strengths(usable: ArrayLike<boolean>): Float32Array {
  const count = usable.length;
  const strength = new Float32Array(count);
  let sinceLost = Number.POSITIVE_INFINITY;
  for (let frame = 0; frame < count; frame++) {
    sinceLost = usable[frame] ? sinceLost + 1 : 0;
    strength[frame] = Math.min(1, sinceLost / (FADE_FRAMES + 1));
  }
  let untilLost = Number.POSITIVE_INFINITY;
  for (let frame = count - 1; frame >= 0; frame--) {
    untilLost = usable[frame] ? untilLost + 1 : 0;
    strength[frame] = Math.min(strength[frame], untilLost / (FADE_FRAMES + 1));
  }
  return strength;
}
