import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { poseAt, RESTING_MOUTH } from '../../../presenter/pose.ts';
import { mouthTruth } from '../../../presenter/truth.ts';
import { NOSE_TIP } from '../../../worker/face/landmark-indices.ts';
import type { FaceObservation } from '../../../worker/face/landmarks.ts';
import { type FaceModels, loadFaceModels } from '../../../worker/face/models.ts';
import { mouthShape } from '../../../worker/face/mouth-shape.ts';
import { FaceTracker } from '../../../worker/face/tracker.ts';
import type { YuvFrame } from '../../../worker/media/frame.ts';
import { scene } from './drawn-scene.ts';

const FRAME_RATE = 25;
let models: FaceModels;

beforeAll(async () => {
  models = await loadFaceModels();
});

afterAll(async () => {
  await models[Symbol.asyncDispose]();
});

/** A tracker that counts how often it asks each model. */
function countingTracker() {
  const looks = { detector: 0, mesh: 0 };
  const counted = (name: 'detector' | 'mesh') => ({
    run(feeds: Parameters<FaceModels['mesh']['run']>[0]) {
      looks[name]++;
      return models[name].run(feeds);
    },
  });
  const tracker = new FaceTracker({ detector: counted('detector'), mesh: counted('mesh') }, { frameRate: FRAME_RATE });
  return { tracker, looks };
}

async function observeAll(tracker: FaceTracker, frames: readonly YuvFrame[]): Promise<(FaceObservation | null)[]> {
  const observations: (FaceObservation | null)[] = [];
  for (const frame of frames) observations.push(await tracker.observe(frame));
  return observations;
}

const noseX = (observation: FaceObservation | null) => observation?.points[3 * NOSE_TIP];
const tracks = (observations: readonly (FaceObservation | null)[]) => observations.map((seen) => seen?.track ?? null);
const repeat = (frame: YuvFrame, times: number) => new Array<YuvFrame>(times).fill(frame);

const presenter = { left: 0, top: 0, width: 320, height: 240 };

describe('the tracker', () => {
  it('measures the mouth that was drawn', async () => {
    const { tracker } = countingTracker();
    const measured: number[] = [];
    const drawn: number[] = [];
    for (let frame = 0; frame < 24; frame++) {
      const timeSeconds = frame / FRAME_RATE;
      const mouth = { ...RESTING_MOUTH, opening: 0.3 - 0.3 * Math.cos(frame * 0.7) };
      const seen = await tracker.observe(scene(320, 240, [{ ...presenter, mouth, timeSeconds }]));
      expect(seen?.presence).toBeGreaterThan(0.9);
      if (seen) measured.push(mouthShape(seen.points).opening);
      drawn.push(mouthTruth(poseAt(timeSeconds, mouth, 3), 320, 240).opening);
    }
    expect(correlation(measured, drawn)).toBeGreaterThan(0.95);
  });

  it('asks the detector only at the start and once a second while it follows a face', async () => {
    const { tracker, looks } = countingTracker();
    const frames = repeat(scene(320, 240, [presenter]), 60);
    const observations = await observeAll(tracker, frames);
    expect(new Set(tracks(observations))).toEqual(new Set([0]));
    expect(looks.detector).toBeLessThanOrEqual(4);
    expect(looks.mesh).toBeLessThanOrEqual(62);
  });

  it('searches a video without a face every fifth of a second only', async () => {
    const { tracker, looks } = countingTracker();
    await observeAll(tracker, repeat(scene(320, 240, []), 25));
    const before = looks.detector;
    expect(await observeAll(tracker, repeat(scene(320, 240, []), 50))).toEqual(new Array(50).fill(null));
    const perSearch = 7;
    expect(looks.detector - before).toBe(10 * perSearch);
  });

  it.each([
    [2, 2],
    [16, 2],
    [4000, 16],
  ])('finds nobody in a picture of %i × %i pixels', async (width, height) => {
    const { tracker } = countingTracker();
    expect(await tracker.observe(scene(width, height, []))).toBeNull();
  });

  it('sees a face that fades in within a fifth of a second', async () => {
    const { tracker } = countingTracker();
    // The picture around stays: no cut tells that somebody came.
    const place = { left: 800, top: 200, width: 160, height: 120 };
    const frames = [...repeat(scene(1280, 720, []), 12), ...repeat(scene(1280, 720, [place]), 6)];
    const observations = await observeAll(tracker, frames);
    expect(observations.slice(0, 12).every((seen) => seen === null)).toBe(true);
    const firstSeen = observations.findIndex((seen) => seen !== null);
    expect(firstSeen).toBeGreaterThanOrEqual(12);
    expect(firstSeen).toBeLessThan(17);
  });

  it('starts a new track at a cut, in its very first frame', async () => {
    const { tracker } = countingTracker();
    const here = scene(640, 240, [presenter], 40);
    const there = scene(640, 240, [{ ...presenter, left: 320 }], 200);
    const observations = await observeAll(tracker, [...repeat(here, 3), ...repeat(there, 3)]);
    expect(tracks(observations)).toEqual([0, 0, 0, 1, 1, 1]);
    expect(noseX(observations[2])).toBeLessThan(320);
    expect(noseX(observations[3])).toBeGreaterThan(320);
  });

  it('sees a face that left and came back as another track, and nobody in between', async () => {
    const { tracker } = countingTracker();
    const there = scene(320, 240, [presenter]);
    const gone = scene(320, 240, []);
    const observations = await observeAll(tracker, [...repeat(there, 3), ...repeat(gone, 4), ...repeat(there, 6)]);
    expect(tracks(observations).slice(0, 7)).toEqual([0, 0, 0, null, null, null, null]);
    expect(tracks(observations).at(-1)).toBe(1);
  });

  it('follows the larger of two faces, and stays with it when the other comes nearer', async () => {
    const { tracker } = countingTracker();
    const own = { left: 60, top: 60, width: 320, height: 240 };
    const other = { left: 560, top: 140, width: 160, height: 120 };
    const nearer = { left: 480, top: 30, width: 400, height: 300 };
    const first = await observeAll(tracker, repeat(scene(960, 360, [own, other]), 3));
    expect(noseX(first[2])).toBeLessThan(380);
    const later = await observeAll(tracker, repeat(scene(960, 360, [own, nearer]), 3));
    expect(tracks([...first, ...later])).toEqual([0, 0, 0, 0, 0, 0]);
    expect(noseX(later[2])).toBeLessThan(380);
  });
});

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  const covariance = (x: readonly number[], meanX: number, y: readonly number[], meanY: number) =>
    x.reduce((sum, value, i) => sum + (value - meanX) * (y[i] - meanY), 0);
  return covariance(a, meanA, b, meanB) / Math.sqrt(covariance(a, meanA, a, meanA) * covariance(b, meanB, b, meanB));
}
