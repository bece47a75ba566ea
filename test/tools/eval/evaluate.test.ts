import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makePresenterClip, OWN_WORDS, phonemesOf } from '../../../presenter/clip.ts';
import { mouthTrack } from '../../../presenter/visemes.ts';
import { type TalkV2VRequest, talkV2VRequest } from '../../../schema/request.ts';
import { type Evaluation, evaluate } from '../../../tools/eval/evaluate.ts';
import { passthrough } from '../../../tools/eval/passthrough.ts';
import type { LipSyncEngine } from '../../../worker/engines/engine.ts';
import { type FaceModels, loadFaceModels } from '../../../worker/face/models.ts';
import type { YuvFrame } from '../../../worker/media/frame.ts';
import { loadMouthNetwork, type MouthNetwork } from '../../../worker/speech/mouth-network.ts';

const SECONDS = 3;
let directory: string;
let clip: string;
let faceModels: FaceModels;
let mouthNetwork: MouthNetwork;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'eval-test-'));
  clip = join(directory, 'clip.mp4');
  const mouth = mouthTrack(await phonemesOf(OWN_WORDS), 1 / 25);
  await makePresenterClip({
    outPath: clip,
    seconds: SECONDS,
    mouth,
    voicePath: OWN_WORDS.audioPath,
    width: 480,
    height: 480,
  });
  faceModels = await loadFaceModels();
  mouthNetwork = await loadMouthNetwork();
});
afterAll(async () => {
  await faceModels[Symbol.asyncDispose]();
  await mouthNetwork[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

/** An engine that leaves the analysis out and does to each picture what it is told. */
function painter(paint: (frame: YuvFrame, frameNumber: number) => void): LipSyncEngine {
  return {
    model: 'painter',
    uses: new Set(),
    open: () => ({
      async analyse(frames) {
        let count = 0;
        for await (const _ of frames) count++;
        return count;
      },
      articulate: async () => undefined,
      async *render(_, base) {
        let frameNumber = 0;
        for await (const frame of base) {
          paint(frame, frameNumber++);
          yield frame;
        }
      },
      [Symbol.asyncDispose]: async () => undefined,
    }),
  };
}

const request = talkV2VRequest.parse({
  inputVideo: 'upload://evaluation',
  audioFile: 'upload://evaluation',
  resolution: '480p',
});

const short = { ...request, maxFrames: 30 };

function run(engine: LipSyncEngine, wanted: TalkV2VRequest, paths: { outPath?: string; sheetPath?: string } = {}) {
  return evaluate({
    videoPath: clip,
    voicePath: clip,
    request: wanted,
    engine,
    faceModels,
    mouthNetwork,
    reference: true,
    learnFrom: 'all',
    secondHalf: false,
    signal: AbortSignal.timeout(60_000),
    ...paths,
  });
}

/** A box blur over the middle of the picture, where the mouth is. */
function blurMiddle(frame: YuvFrame): void {
  const { width, height, data } = frame;
  const before = data.slice(0, width * height);
  for (let y = height * 0.45; y < height * 0.8; y++) {
    for (let x = width * 0.3; x < width * 0.7; x++) {
      let sum = 0;
      for (let dy = -3; dy <= 3; dy++) for (let dx = -3; dx <= 3; dx++) sum += before[(y + dy) * width + x + dx];
      data[y * width + x] = sum / 49;
    }
  }
}

describe('evaluate', () => {
  let honest: Evaluation;
  const outPath = () => join(directory, 'result.mp4');
  const sheetPath = () => join(directory, 'sheet.png');
  beforeAll(async () => {
    honest = await run(passthrough, request, { outPath: outPath(), sheetPath: sheetPath() });
  });

  it('finds nothing wrong with an engine that changes nothing', () => {
    expect(honest.outsideMaxDiff).toBe(0);
    expect(honest.seam).toBeUndefined();
    expect(honest.outsidePsnrDb).toBeGreaterThan(40);
    expect(honest.openingCorrelation).toBeGreaterThan(0.98);
    expect(honest.widthCorrelation).toBeGreaterThan(0.95);
    expect(honest.sharpness).toBeGreaterThan(0.85);
    expect(honest.sharpness).toBeLessThan(1.1);
    expect(honest.flicker).toBeGreaterThan(0.8);
    expect(honest.flicker).toBeLessThan(1.2);
  });

  it('sees the presenter’s lips follow its own voice', () => {
    expect(honest.fidelity).toBeGreaterThan(0.5);
    expect(Math.abs(honest.syncOffsetFrames ?? Number.NaN)).toBeLessThan(1.5);
    expect(honest.silenceMotion).toBeLessThan(0.5);
  });

  it('tells what was rendered, how fast, and leaves result and sheet', async () => {
    expect(honest).toMatchObject({ model: 'passthrough', width: 480, height: 480, frameRate: 25 });
    expect(honest.frames).toBe(SECONDS * 25);
    expect(honest.framesWithFace).toBe(SECONDS * 25);
    expect(honest.framesPerSecond).toBeGreaterThan(0);
    expect(honest.peakRssMb).toBeGreaterThan(10);
    expect(Object.keys(honest.stageMs)).toEqual(['probe', 'analyse', 'articulate', 'render', 'encode', 'verify']);
    expect((await readFile(outPath())).toString('latin1', 4, 8)).toBe('ftyp');
    // Width and height in the PNG's header.
    expect((await readFile(sheetPath())).readUInt32BE(16)).toBe(1920);
    expect((await readFile(sheetPath())).readUInt32BE(20)).toBe(960);
  });

  it('sees a blurred mouth, and a single pixel painted outside of the face', async () => {
    const faulty = painter((frame) => {
      blurMiddle(frame);
      frame.data[3 * frame.width + 5] += 7;
    });
    const evaluation = await run(faulty, short);
    expect(evaluation.sharpness).toBeLessThan(0.5);
    expect(evaluation.outsideMaxDiff).toBe(7);
  });

  it('sees a picture that flickers', async () => {
    const flickering = painter((frame, frameNumber) => {
      const { width, height, data } = frame;
      if (frameNumber % 2)
        for (let i = width * (height / 2); i < width * height; i++) data[i] = Math.min(235, data[i] + 6);
    });
    expect((await run(flickering, short)).flicker).toBeGreaterThan(1.5);
  });
});
