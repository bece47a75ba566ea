import { expect, test } from 'vitest';
import { OWN_WORDS, phonemesOf } from '../../../presenter/clip.ts';
import { poseAt } from '../../../presenter/pose.ts';
import { createPresenter } from '../../../presenter/presenter.ts';
import { mouthTruth } from '../../../presenter/truth.ts';
import { mouthTrack } from '../../../presenter/visemes.ts';
import { trackFaces } from '../../../tools/eval/track-faces.ts';
import { loadFaceModels } from '../../../worker/face/models.ts';
import { createFrame, type YuvFrame } from '../../../worker/media/frame.ts';
import { scoreClosures, sealedFrames } from '../../../worker/quality/closures.ts';
import { bestLag, pearson } from '../../../worker/quality/correlation.ts';
import { measureMouths } from '../../../worker/quality/mouth-series.ts';

const SIDE = 480;
const FRAME_RATE = 25;
const FRAMES = 90;

/** Ninety pictures are drawn and looked at, on a machine that may be busy. */
const timeout = 240_000;

test('the presenter’s drawn mouth is measured: opening, width, timing and every seal', { timeout }, async () => {
  const presenter = createPresenter(SIDE, SIDE);
  const mouthAt = mouthTrack(await phonemesOf(OWN_WORDS), 1 / FRAME_RATE);
  const poses = Array.from({ length: FRAMES }, (_, k) => poseAt(k / FRAME_RATE, mouthAt(k / FRAME_RATE), 1));
  const truth = poses.map((pose) => mouthTruth(pose, SIDE, SIDE));
  async function* drawn(): AsyncGenerator<YuvFrame> {
    const frame = createFrame(SIDE, SIDE);
    for (const pose of poses) {
      presenter.draw(pose, frame);
      yield frame;
    }
  }
  await using models = await loadFaceModels();
  const measured = measureMouths(await trackFaces(drawn(), models, FRAME_RATE));

  const opening = truth.map((mouth) => mouth.opening);
  expect(pearson(opening, measured.opening)).toBeGreaterThan(0.9);
  expect(
    pearson(
      truth.map((mouth) => mouth.width),
      measured.width,
    ),
  ).toBeGreaterThan(0.7);
  expect(Math.abs(bestLag(opening, measured.opening, 7)?.frames ?? Number.NaN)).toBeLessThan(0.5);

  const drawnSeals = poses.map(({ mouth }) => mouth.closure > 0.9 || mouth.opening < 0.02);
  // A lip at the teeth looks sealed to the landmark model.
  const judged = poses.map(({ mouth }) => mouth.teethOnLip < 0.5);
  const score = scoreClosures(drawnSeals, sealedFrames(measured.opening), judged);
  expect(score.recall).toBeGreaterThan(0.85);
  expect(score.precision).toBeGreaterThan(0.85);
});
