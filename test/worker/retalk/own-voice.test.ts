import { afterAll, beforeAll, expect, test } from 'vitest';
import { OWN_WORDS, presenterMouth } from '../../../presenter/clip.ts';
import { type MouthPose, poseAt } from '../../../presenter/pose.ts';
import { createPresenter } from '../../../presenter/presenter.ts';
import { talkV2VRequest } from '../../../schema/request.ts';
import type { Voice } from '../../../worker/engines/engine.ts';
import { type FaceModels, loadFaceModels } from '../../../worker/face/models.ts';
import { mouthShape } from '../../../worker/face/mouth-shape.ts';
import { FaceTracker } from '../../../worker/face/tracker.ts';
import { createFrame, type YuvFrame } from '../../../worker/media/frame.ts';
import { createRetalkEngine } from '../../../worker/retalk/engine.ts';
import { loadMouthNetwork, type MouthNetwork } from '../../../worker/speech/mouth-network.ts';
import { presenterVoices } from '../speech/presenter-voice.ts';

const WIDTH = 320;
const HEIGHT = 240;
const FRAME_RATE = 25;
const ANALYSED = 125;
const RENDERED = 50;
/** Somebody who hardly opens the lips: a third of what the presenter usually does. */
const SHY = 0.35;
const frameNumbers = (count: number) => Array.from({ length: count }, (_, k) => k);

let face: FaceModels;
let mouth: MouthNetwork;
let pictures: YuvFrame[];
let own: Voice;
let foreign: Voice;
/** What comes out where nothing is known of the clip's own sound. */
let unheard: number;

beforeAll(async () => {
  face = await loadFaceModels();
  mouth = await loadMouthNetwork();
  const talk = await presenterMouth(OWN_WORDS, FRAME_RATE);
  pictures = draw((seconds) => {
    const pose = talk(seconds);
    return { ...pose, opening: pose.opening * SHY };
  });
  const voices = await presenterVoices();
  own = voices.own;
  foreign = voices.new;
  unheard = await widestOpening(undefined);
});
afterAll(async () => {
  await face[Symbol.asyncDispose]();
  await mouth[Symbol.asyncDispose]();
});

function draw(mouthAt: (seconds: number) => MouthPose): YuvFrame[] {
  const presenter = createPresenter(WIDTH, HEIGHT);
  return frameNumbers(ANALYSED).map((k) => {
    const frame = createFrame(WIDTH, HEIGHT);
    presenter.draw(poseAt(k / FRAME_RATE, mouthAt(k / FRAME_RATE), 1), frame);
    return frame;
  });
}

/** The pictures as a decoder gives them: the engine may change them. */
async function* played(count: number): AsyncGenerator<YuvFrame> {
  for (const picture of pictures.slice(0, count)) yield { ...picture, data: picture.data.slice() };
}

/** The widest opening that the landmark model sees when the shy presenter says the other voice's words. */
async function widestOpening(ownVoice: Voice | undefined, articulation = 1): Promise<number> {
  await using session = createRetalkEngine({ face, mouth }).open({
    width: WIDTH,
    height: HEIGHT,
    frameRate: FRAME_RATE,
    request: talkV2VRequest.parse({ inputVideo: 'upload://aaaaaaaa', audioFile: 'upload://bbbbbbbb', articulation }),
    signal: new AbortController().signal,
  });
  await session.analyse(played(ANALYSED), () => {}, ownVoice);
  await session.articulate(foreign, RENDERED);
  const tracker = new FaceTracker(face, { frameRate: FRAME_RATE });
  let widest = 0;
  for await (const frame of session.render(Int32Array.from(frameNumbers(RENDERED)), played(RENDERED))) {
    const seen = await tracker.observe(frame);
    if (seen) widest = Math.max(widest, mouthShape(seen.points).opening);
  }
  return widest;
}

test('a clip’s own voice shows how far this person opens the lips', async () => {
  expect(await widestOpening(own)).toBeLessThan(unheard * 0.85);
});

test('a sound that isn’t this person’s voice changes nothing', async () => {
  expect(await widestOpening(foreign)).toBeCloseTo(unheard, 6);
});

test('less articulation opens the lips less', async () => {
  expect(await widestOpening(undefined, 0.5)).toBeLessThan(unheard * 0.75);
});
