import { expect, test } from 'vitest';
import type { ClipTrack } from '../../../worker/retalk/clip-track.ts';
import { LOWER_INNER_POINTS, SHAPE_LENGTH, STABLE_POINTS } from '../../../worker/retalk/face-points.ts';
import { smoothTrack } from '../../../worker/retalk/smoothing.ts';
import { trackOf } from './track-of.ts';

const FRAME_RATE = 25;
const BONE = STABLE_POINTS[0] * 3;
const LIP = LOWER_INNER_POINTS[5] * 3;

/** A track whose every coordinate is `value(frame)`; `undefined` is a frame without a face. */
function trackAt(
  frames: number,
  value: (frame: number) => number | undefined,
  take: (frame: number) => number = () => 0,
) {
  return trackOf(frames, (frame) => {
    const here = value(frame);
    return here === undefined ? undefined : { shape: new Float32Array(SHAPE_LENGTH).fill(here), track: take(frame) };
  });
}

const read = (track: ClipTrack, coordinate: number) =>
  Array.from({ length: track.length }, (_, frame) => track.shape(frame)[coordinate]);

test('jitter shrinks, at bone more than at the lips', async () => {
  const track = trackAt(600, (frame) => (frame % 2 === 0 ? 1 : -1));
  await smoothTrack(track, FRAME_RATE);
  const bone = Math.abs(read(track, BONE)[300]);
  const lip = Math.abs(read(track, LIP)[300]);
  expect(bone).toBeLessThan(0.1);
  expect(lip).toBeGreaterThan(bone);
  expect(lip).toBeLessThan(0.8);
});

test('a steady movement keeps its place in time from the first frame to the last', async () => {
  const track = trackAt(50, (frame) => frame * 3);
  await smoothTrack(track, FRAME_RATE);
  for (const coordinate of [BONE, LIP]) {
    for (const [frame, value] of read(track, coordinate).entries()) expect(value).toBeCloseTo(frame * 3, 3);
  }
});

test('nothing is smeared over a cut or a gap', async () => {
  const cut = trackAt(
    20,
    (frame) => (frame < 10 ? 0 : 100),
    (frame) => (frame < 10 ? 0 : 1),
  );
  await smoothTrack(cut, FRAME_RATE);
  expect(read(cut, BONE)).toEqual(Array.from({ length: 20 }, (_, frame) => (frame < 10 ? 0 : 100)));
  const gap = trackAt(20, (frame) => (frame === 10 ? undefined : frame < 10 ? 0 : 100));
  await smoothTrack(gap, FRAME_RATE);
  expect(read(gap, BONE)[9]).toBe(0);
  expect(read(gap, BONE)[11]).toBe(100);
});

test('a track holds more frames than it was made for', () => {
  const track = trackAt(1000, (frame) => frame);
  expect(track.shape(999)[0]).toBe(999);
  expect([...track.stretches()]).toEqual([[0, 1000]]);
});
