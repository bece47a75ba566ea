import { expect, test } from 'vitest';
import { ClipTrack } from '../../../worker/retalk/clip-track.ts';
import { CHIN_TIP, NOSE_BASE, SHAPE_LENGTH } from '../../../worker/retalk/face-points.ts';
import { headMotion } from '../../../worker/retalk/head-motion.ts';
import { SPOT_VALUES } from '../../../worker/retalk/occlusion.ts';

/** A face of 100 pixels from nose to chin, moved to the right. */
function facts(x: number, track = 0) {
  const shape = new Float32Array(SHAPE_LENGTH);
  for (let i = 0; i < SHAPE_LENGTH; i += 3) shape[i] = x;
  shape[3 * CHIN_TIP + 1] = shape[3 * NOSE_BASE + 1] + 100;
  return {
    shape,
    skin: { y: 0, u: 0, v: 0 },
    sharpness: 1,
    noise: 1,
    track,
    presence: 1,
    spots: new Uint8Array(SPOT_VALUES),
  };
}

test('is the way of the head in its own size, and says where it is not known', () => {
  const track = new ClipTrack();
  track.push(facts(0), 0);
  track.push(facts(5), 0);
  track.push(facts(5), 0);
  track.push(facts(300), 1);
  track.push(undefined, 1);
  track.push(facts(310), 1);
  const [moved, rested, cut, lost, back, last] = headMotion(track);
  expect(moved).toBeCloseTo(0.05);
  expect(rested).toBe(0);
  expect(cut).toBe(Number.POSITIVE_INFINITY);
  for (const unknown of [lost, back, last]) expect(unknown).toBeNaN();
});
