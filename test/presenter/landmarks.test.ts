import { afterAll, beforeAll, expect, test } from 'vitest';
import { NEW_WORDS, OWN_WORDS, phonemesOf } from '../../presenter/clip.ts';
import { type MouthPose, poseAt, RESTING_MOUTH } from '../../presenter/pose.ts';
import { createPresenter } from '../../presenter/presenter.ts';
import { mouthTruth } from '../../presenter/truth.ts';
import { mouthTrack } from '../../presenter/visemes.ts';
import { regionOfDetection } from '../../worker/face/detection.ts';
import { FaceDetector } from '../../worker/face/detector.ts';
import { regionOfLandmarks } from '../../worker/face/landmark-region.ts';
import { FaceMesh } from '../../worker/face/mesh.ts';
import { type FaceModels, loadFaceModels } from '../../worker/face/models.ts';
import { mouthShape } from '../../worker/face/mouth-shape.ts';
import { createFrame } from '../../worker/media/frame.ts';
import { correlation } from './correlation.ts';

const WIDTH = 640;
const HEIGHT = 480;
const presenter = createPresenter(WIDTH, HEIGHT);
let models: FaceModels;

beforeAll(async () => {
  models = await loadFaceModels();
});
afterAll(() => models[Symbol.asyncDispose]());

/** What the landmark model sees of `frames` frames in which the mouth follows `mouth`, beside what was drawn. */
async function measure(frames: number, mouth: (timeSeconds: number) => MouthPose) {
  const detector = new FaceDetector(models);
  const mesh = new FaceMesh(models);
  const frame = createFrame(WIDTH, HEIGHT);
  const result = {
    opening: [] as number[],
    width: [] as number[],
    trueOpening: [] as number[],
    trueWidth: [] as number[],
    presence: [] as number[],
  };
  for (let i = 0; i < frames; i++) {
    const pose = poseAt(i / 25, mouth(i / 25), 1);
    presenter.draw(pose, frame);
    const [face] = await detector.detectWhole(frame);
    expect(face, `a face in frame ${i}`).toBeDefined();
    const rough = await mesh.landmarks(frame, regionOfDetection(face));
    const { points, presence } = await mesh.landmarks(frame, regionOfLandmarks(rough.points));
    const seen = mouthShape(points);
    const truth = mouthTruth(pose, WIDTH, HEIGHT);
    result.opening.push(seen.opening);
    result.width.push(seen.width);
    result.trueOpening.push(truth.opening);
    result.trueWidth.push(truth.width);
    result.presence.push(presence);
  }
  return result;
}

test('the landmark model finds the face in every frame of a sweep and measures the mouth that was drawn', async () => {
  const seen = await measure(50, (time) => ({
    ...RESTING_MOUTH,
    opening: 0.35 - 0.35 * Math.cos(time * 8.7),
    width: 0.8 * Math.sin(time * 5.3),
  }));
  expect(Math.min(...seen.presence)).toBeGreaterThan(0.95);
  expect(correlation(seen.opening, seen.trueOpening)).toBeGreaterThan(0.95);
  expect(correlation(seen.width, seen.trueWidth)).toBeGreaterThan(0.7);
});

test.each([
  ['own words', OWN_WORDS],
  ['new words', NEW_WORDS],
])('the landmark model follows the mouth through the %s', async (_, voice) => {
  const seen = await measure(80, mouthTrack(await phonemesOf(voice), 1 / 25));
  expect(Math.min(...seen.presence)).toBeGreaterThan(0.95);
  expect(correlation(seen.opening, seen.trueOpening)).toBeGreaterThan(0.9);
  expect(correlation(seen.width, seen.trueWidth)).toBeGreaterThan(0.7);
});
