import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makePresenterClip, NEW_WORDS, OWN_WORDS, presenterMouth } from '../../../presenter/clip.ts';
import { RESTING_MOUTH } from '../../../presenter/pose.ts';
import { talkV2VRequest } from '../../../schema/request.ts';
import type { SpeakerChoice } from '../../../schema/speaker.ts';
import { type FaceModels, loadFaceModels } from '../../../worker/face/models.ts';
import { SourceVideo } from '../../../worker/media/decode.ts';
import { planPicture } from '../../../worker/media/output-plan.ts';
import { probeVideo } from '../../../worker/media/probe.ts';
import { pointedPlace } from '../../../worker/pipeline/choose-speaker.ts';
import { renderVideo } from '../../../worker/pipeline/render-video.ts';
import { createRetalkEngine } from '../../../worker/retalk/engine.ts';
import { loadMouthNetwork, type MouthNetwork } from '../../../worker/speech/mouth-network.ts';
import { MediaBench } from '../media/make-media.ts';

const SECONDS = 1.2;
const FRAMES = 24;
const support = { toneMapping: false };
const signal = new AbortController().signal;
let bench: MediaBench;
let face: FaceModels;
let mouth: MouthNetwork;
/** Two presenters side by side: one who speaks, one who listens. */
let interview: string;

beforeAll(async () => {
  bench = await MediaBench.open();
  face = await loadFaceModels();
  mouth = await loadMouthNetwork();
  const size = { width: 320, height: 240, seconds: SECONDS };
  const [left, right] = [bench.path('left.mp4'), bench.path('right.mp4')];
  await makePresenterClip({ ...size, outPath: left, mouth: await presenterMouth(OWN_WORDS), seed: 3 });
  await makePresenterClip({ ...size, outPath: right, mouth: () => RESTING_MOUTH, seed: 8 });
  const beside = ['-filter_complex', '[0:v][1:v]hstack', '-crf', '10'];
  interview = await bench.make('interview.mp4', '-i', left, '-i', right, ...beside);
});
afterAll(async () => {
  await face[Symbol.asyncDispose]();
  await mouth[Symbol.asyncDispose]();
  await bench[Symbol.asyncDispose]();
});

const requestFor = (speaker: SpeakerChoice | undefined, more: object = {}) =>
  talkV2VRequest.parse({
    inputVideo: 'upload://aaaaaaaa',
    audioFile: 'upload://bbbbbbbb',
    resolution: '480p',
    maxFrames: FRAMES,
    crf: 4,
    speaker,
    ...more,
  });

async function render(speaker: SpeakerChoice | undefined, more: object = {}) {
  return renderVideo({
    videoPath: interview,
    voicePath: NEW_WORDS.audioPath,
    request: requestFor(speaker, more),
    engine: createRetalkEngine({ face, mouth }),
    support,
    directory: bench.directory,
    signal,
    report: () => undefined,
  });
}

async function lumas(path: string): Promise<Buffer[]> {
  const facts = await probeVideo(path, signal);
  const picture = planPicture(requestFor(undefined), facts);
  await using source = new SourceVideo({ path, facts, picture, support, scratchDir: bench.directory });
  const frames: Buffer[] = [];
  for await (const { width, height, data } of source.decode({ maxFrames: FRAMES, signal })) {
    frames.push(Buffer.from(data.subarray(0, width * height)));
  }
  return frames;
}

/** Largest mean difference of luma, over the frames, between a result and its source: in the left half, and in the right. */
async function changes(path: string): Promise<{ left: number; right: number }> {
  const [results, sources] = [await lumas(path), await lumas(interview)];
  const width = planPicture(requestFor(undefined), await probeVideo(interview, signal)).width;
  const worst = { left: 0, right: 0 };
  for (const [k, result] of results.entries()) {
    const sums = { left: 0, right: 0 };
    for (let i = 0; i < result.length; i++) {
      sums[i % width < width / 2 ? 'left' : 'right'] += Math.abs(result[i] - sources[k][i]);
    }
    for (const side of ['left', 'right'] as const)
      worst[side] = Math.max(worst[side], (2 * sums[side]) / result.length);
  }
  return worst;
}

describe('two people in one picture', () => {
  it.each([
    ['left', { point: { x: 0.25, y: 0.45 } }],
    ['right', { point: { x: 0.75, y: 0.45 }, seconds: 0.5 }],
    ['right', { box: { left: 0.65, top: 0.2, right: 0.85, bottom: 0.8 }, frame: 3 }],
  ] as const)('the %s one talks, and the other is left as it was: %o', async (side, speaker) => {
    const { path } = await render(speaker);
    const changed = await changes(path);
    const other = side === 'left' ? 'right' : 'left';
    expect(changed[side]).toBeGreaterThan(1.5 * changed[other]);
    expect(changed[other]).toBeLessThan(0.6);
  });

  it('says where the faces are when none is pointed at', async () => {
    const failure = expect.objectContaining({
      code: 'FACE_NOT_AT_POINT',
      message: expect.stringMatching(
        /^No face lies at \(0\.50, 0\.05\) in frame 2\. Faces \(x, y\) were found at \(0\.[27]\d, 0\.[345]\d\), \(0\.[27]\d, 0\.[345]\d\): point at one of them\.$/,
      ),
    });
    await expect(render({ point: { x: 0.5, y: 0.05 }, frame: 2 })).rejects.toThrow(failure);
  });

  it('says so when the moment lies after the end, and when the place is cropped away', async () => {
    const point = { x: 0.25, y: 0.45 };
    const late = { code: 'FACE_NOT_AT_POINT', message: expect.stringContaining('ends after 1.20 s') };
    await expect(render({ point, seconds: 9 })).rejects.toThrow(expect.objectContaining(late));
    const narrow = { imageSize: { width: 200, height: 400 }, keepProportion: 'crop' };
    const cropped = { code: 'FACE_NOT_AT_POINT', message: expect.stringContaining('cropped away') };
    await expect(render({ point: { x: 0.05, y: 0.5 } }, narrow)).rejects.toThrow(expect.objectContaining(cropped));
  });
});

describe('the moment that is pointed at', () => {
  it.each([
    [undefined, { frame: 10 }, 10],
    [undefined, { seconds: 0.4 }, 10],
    [undefined, { seconds: 0.439 }, 10],
    [50, { frame: 10 }, 20],
    [5, { frame: 10 }, 2],
    [undefined, {}, undefined],
  ])('at %s frames per second, %o is frame %s of the result', async (frameRate, when, frame) => {
    const facts = await probeVideo(interview, signal);
    const choice = { point: { x: 0.5, y: 0.5 }, ...when };
    expect(pointedPlace(choice, facts, planPicture(requestFor(undefined, { frameRate }), facts)).frame).toBe(frame);
  });
});
