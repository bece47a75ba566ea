import { afterAll, beforeAll, expect, test } from 'vitest';
import { NEW_WORDS, OWN_WORDS, presenterMouth } from '../../../presenter/clip.ts';
import { type MouthPose, poseAt, RESTING_MOUTH } from '../../../presenter/pose.ts';
import { createPresenter } from '../../../presenter/presenter.ts';
import { talkV2VRequest } from '../../../schema/request.ts';
import type { Clip, LipSyncSession } from '../../../worker/engines/engine.ts';
import { type FaceModels, loadFaceModels } from '../../../worker/face/models.ts';
import { mouthShape } from '../../../worker/face/mouth-shape.ts';
import { FaceTracker } from '../../../worker/face/tracker.ts';
import { createFrame, type YuvFrame } from '../../../worker/media/frame.ts';
import { probeAudio } from '../../../worker/media/probe.ts';
import { decodeVoice } from '../../../worker/media/voice.ts';
import { createRetalkEngine } from '../../../worker/retalk/engine.ts';
import { articulate, type MouthTrajectory } from '../../../worker/speech/articulation.ts';
import { loadMouthNetwork, type MouthNetwork } from '../../../worker/speech/mouth-network.ts';
import { correlation } from '../../presenter/correlation.ts';

const WIDTH = 480;
const HEIGHT = 360;
const FRAME_RATE = 25;
const FRAMES = 75;
const presenter = createPresenter(WIDTH, HEIGHT);
let face: FaceModels;
let mouth: MouthNetwork;
let voice: Float32Array;

beforeAll(async () => {
  const signal = new AbortController().signal;
  face = await loadFaceModels();
  mouth = await loadMouthNetwork();
  const facts = await probeAudio(NEW_WORDS.audioPath, signal);
  voice = (await decodeVoice(NEW_WORDS.audioPath, facts, { signal })).samples;
});
afterAll(async () => {
  await face[Symbol.asyncDispose]();
  await mouth[Symbol.asyncDispose]();
});

/** Draws the source picture by picture into one buffer, as a decoder would. */
async function* drawn(mouthAt: (seconds: number) => MouthPose, frames: Iterable<number>): AsyncGenerator<YuvFrame> {
  const frame = createFrame(WIDTH, HEIGHT);
  for (const index of frames) {
    presenter.draw(poseAt(index / FRAME_RATE, mouthAt(index / FRAME_RATE), 1), frame);
    yield frame;
  }
}

async function* blank(frames: number): AsyncGenerator<YuvFrame> {
  const frame = createFrame(WIDTH, HEIGHT);
  frame.data.fill(90);
  for (let i = 0; i < frames; i++) yield frame;
}

function open(overrides: Partial<Clip> & { seed?: number } = {}): LipSyncSession {
  const { seed = 0, ...clip } = overrides;
  return createRetalkEngine({ face, mouth }).open({
    width: WIDTH,
    height: HEIGHT,
    frameRate: FRAME_RATE,
    request: talkV2VRequest.parse({ inputVideo: 'upload://aaaaaaaa', audioFile: 'upload://bbbbbbbb', seed }),
    signal: new AbortController().signal,
    ...clip,
  });
}

const all = () => Array.from({ length: FRAMES }, (_, i) => i);

async function talk(session: LipSyncSession, mouthAt: (seconds: number) => MouthPose, samples = voice) {
  await session.analyse(drawn(mouthAt, all()), () => {});
  await session.articulate({ samples }, FRAMES);
  return session.render(Int32Array.from(all()), drawn(mouthAt, all()));
}

/** What the landmark model sees of a result, and which frames differ from `source`. */
async function watch(frames: AsyncIterable<YuvFrame>): Promise<{ opening: number[]; bytes: Uint8Array[] }> {
  const tracker = new FaceTracker(face, { frameRate: FRAME_RATE });
  const seen = { opening: [] as number[], bytes: [] as Uint8Array[] };
  for await (const frame of frames) {
    const observed = await tracker.observe(frame);
    if (!observed) throw new Error(`no face in frame ${seen.opening.length} of the result`);
    seen.opening.push(mouthShape(observed.points).opening);
    seen.bytes.push(frame.data.slice());
  }
  return seen;
}

const wanted = (): Promise<MouthTrajectory> => articulate(mouth, voice, { frameRate: FRAME_RATE, frameCount: FRAMES });

test('the mouth of a talking clip follows a new voice, and nothing outside the face changes', async () => {
  await using session = open();
  const own = await presenterMouth(OWN_WORDS);
  const result = await watch(await talk(session, own));
  const { opening } = await wanted();
  expect(correlation(result.opening, Array.from(opening))).toBeGreaterThan(0.85);

  let index = 0;
  for await (const source of drawn(own, all())) {
    // The upper quarter of the picture is hair, forehead and wall.
    const size = (WIDTH * HEIGHT) / 4;
    expect(Buffer.compare(result.bytes[index].subarray(0, size), source.data.subarray(0, size))).toBe(0);
    index++;
  }
});

test('a clip of a mouth that never opens talks as well', async () => {
  await using session = open();
  const result = await watch(await talk(session, () => RESTING_MOUTH));
  const { opening } = await wanted();
  expect(correlation(result.opening, Array.from(opening))).toBeGreaterThan(0.8);
  expect(Math.max(...result.opening) - Math.min(...result.opening)).toBeGreaterThan(0.06);
});

test('a silent voice leaves a resting mouth at rest', async () => {
  await using session = open();
  const result = await watch(await talk(session, () => RESTING_MOUTH, new Float32Array(FRAMES * 640)));
  expect(Math.max(...result.opening) - Math.min(...result.opening)).toBeLessThan(0.03);
});

test('the seed decides the grain: equal seeds give equal bytes, others don’t', async () => {
  const render = async (seed: number) => {
    await using session = open({ seed });
    return (await watch(await talk(session, await presenterMouth(OWN_WORDS)))).bytes;
  };
  const [first, again, other] = [await render(1), await render(1), await render(2)];
  expect(first.every((bytes, i) => Buffer.compare(bytes, again[i]) === 0)).toBe(true);
  expect(first.some((bytes, i) => Buffer.compare(bytes, other[i]) !== 0)).toBe(true);
});

test('frames without a face pass through untouched, and the rest still talks', async () => {
  await using session = open();
  const clip = async function* (): AsyncGenerator<YuvFrame> {
    yield* drawn(() => RESTING_MOUTH, all().slice(0, 30));
    yield* blank(5);
    yield* drawn(() => RESTING_MOUTH, all().slice(35));
  };
  expect(await session.analyse(clip(), () => {})).toBe(FRAMES);
  await session.articulate({ samples: voice }, FRAMES);
  let index = 0;
  let changed = 0;
  const sources = clip();
  for await (const frame of session.render(Int32Array.from(all()), clip())) {
    const source = (await sources.next()).value;
    const same = Buffer.compare(frame.data, source.data) === 0;
    if (index >= 30 && index < 35) expect(same).toBe(true);
    else if (!same) changed++;
    index++;
  }
  expect(index).toBe(FRAMES);
  expect(changed).toBeGreaterThan(FRAMES / 2);
});

test('a clip without any face is refused with NO_FACE', async () => {
  await using session = open();
  await expect(session.analyse(blank(3), () => {})).rejects.toMatchObject({ code: 'NO_FACE' });
});

test('analysis reports every frame and stops when the job is aborted', async () => {
  const abort = new AbortController();
  await using session = open({ signal: abort.signal });
  const reported: number[] = [];
  const analysing = session.analyse(
    drawn(() => RESTING_MOUTH, all()),
    (done) => {
      reported.push(done);
      if (done === 3) abort.abort(new Error('canceled'));
    },
  );
  await expect(analysing).rejects.toThrow('canceled');
  expect(reported).toEqual([1, 2, 3]);
});
