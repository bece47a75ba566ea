import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PointedPlace } from '../../../worker/engines/engine.ts';
import { findSpeaker, type PointedFace } from '../../../worker/face/find-speaker.ts';
import { NOSE_TIP } from '../../../worker/face/landmark-indices.ts';
import { type FaceModels, loadFaceModels } from '../../../worker/face/models.ts';
import { FaceTracker } from '../../../worker/face/tracker.ts';
import type { YuvFrame } from '../../../worker/media/frame.ts';
import { type Placement, scene } from './drawn-scene.ts';

const FRAME_RATE = 25;
const WIDTH = 960;
const HEIGHT = 360;
let models: FaceModels;

beforeAll(async () => {
  models = await loadFaceModels();
});
afterAll(async () => {
  await models[Symbol.asyncDispose]();
});

/** Two presenters side by side; the left one is larger, so it is the one who talks unless somebody says otherwise. */
const LEFT: Placement = { left: 60, top: 40, width: 400, height: 300 };
const RIGHT: Placement = { left: 580, top: 80, width: 320, height: 240 };
const LEFT_FACE = { x: 260, y: 170 };
const RIGHT_FACE = { x: 740, y: 185 };
const both = () => scene(WIDTH, HEIGHT, [LEFT, RIGHT]);
const leftAlone = () => scene(WIDTH, HEIGHT, [LEFT], 30);
const rightAlone = () => scene(WIDTH, HEIGHT, [RIGHT], 200);
const nobody = () => scene(WIDTH, HEIGHT, [], 140);
const repeat = (frame: YuvFrame, times: number) => new Array<YuvFrame>(times).fill(frame);

const at = ({ x, y }: { x: number; y: number }, frame?: number): PointedPlace => ({
  left: x,
  top: y,
  right: x,
  bottom: y,
  ...(frame !== undefined && { frame }),
});

async function* each(frames: readonly YuvFrame[]): AsyncGenerator<YuvFrame> {
  yield* frames;
}

function point(frames: readonly YuvFrame[], place: PointedPlace): Promise<PointedFace> {
  return findSpeaker(models, each(frames), place, { frameRate: FRAME_RATE, signal: new AbortController().signal });
}

/** Where the followed face's nose is, frame by frame. */
async function follow(frames: readonly YuvFrame[], { speaker }: PointedFace): Promise<(number | undefined)[]> {
  if (!speaker) throw new Error('nobody was found');
  const tracker = new FaceTracker(models, { frameRate: FRAME_RATE, speaker });
  const noses: (number | undefined)[] = [];
  for (const frame of frames) noses.push((await tracker.observe(frame))?.points[3 * NOSE_TIP]);
  return noses;
}

const isRight = (nose: number | undefined) => nose !== undefined && Math.abs(nose - RIGHT_FACE.x) < 60;
const isLeft = (nose: number | undefined) => nose !== undefined && Math.abs(nose - LEFT_FACE.x) < 60;

describe('the face that was pointed at', () => {
  it('is followed, whichever of two it is', async () => {
    const frames = repeat(both(), 4);
    expect((await follow(frames, await point(frames, at(RIGHT_FACE)))).every(isRight)).toBe(true);
    expect((await follow(frames, await point(frames, at(LEFT_FACE)))).every(isLeft)).toBe(true);
  });

  it('is followed in the frames before the moment of pointing too', async () => {
    const frames = repeat(both(), 14);
    const noses = await follow(frames, await point(frames, at(RIGHT_FACE, 12)));
    expect(noses).toHaveLength(14);
    expect(noses.every(isRight)).toBe(true);
  });

  it('is chosen by a box around it, and by a point on its hair', async () => {
    const frames = [both()];
    const box = { left: 640, top: 90, right: 840, bottom: 300 };
    expect(isRight((await follow(frames, await point(frames, box)))[0])).toBe(true);
    expect(isRight((await follow(frames, await point(frames, at({ x: RIGHT_FACE.x, y: 135 }))))[0])).toBe(true);
  });

  it('without a moment is the first that shows up there', async () => {
    const frames = [...repeat(leftAlone(), 12), ...repeat(both(), 12)];
    const noses = await follow(frames, await point(frames, at(RIGHT_FACE)));
    expect(noses.slice(0, 12).some(isLeft)).toBe(false);
    expect(noses.slice(-8).every(isRight)).toBe(true);
  });

  it('is known again when it returns after a cut, and nobody else is taken for it meanwhile', async () => {
    const frames = [
      ...repeat(both(), 6),
      ...repeat(leftAlone(), 8),
      ...repeat(rightAlone(), 8),
      ...repeat(nobody(), 3),
      ...repeat(both(), 6),
    ];
    const noses = await follow(frames, await point(frames, at(RIGHT_FACE, 2)));
    expect(noses.slice(0, 6).every(isRight)).toBe(true);
    expect(noses.slice(14, 22).every(isRight)).toBe(true);
    expect(noses.slice(22, 25)).toEqual([undefined, undefined, undefined]);
    expect(noses.slice(25).every(isRight)).toBe(true);
  });
});

describe('pointing at no face', () => {
  it('tells where faces are', async () => {
    const found = await point([both()], at({ x: 500, y: 20 }, 0));
    const faces = found.speaker ? [] : found.faces.toSorted((a, b) => a.x - b.x);
    expect(faces).toHaveLength(2);
    expect(Math.abs(faces[0].x - LEFT_FACE.x)).toBeLessThan(60);
    expect(Math.abs(faces[1].x - RIGHT_FACE.x)).toBeLessThan(60);
  });

  it('tells of none where there is none', async () => {
    expect(await point(repeat(nobody(), 12), at(LEFT_FACE))).toEqual({ faces: [] });
  });

  it('reads no further than the moment', async () => {
    let read = 0;
    async function* endless(): AsyncGenerator<YuvFrame> {
      const frame = both();
      for (;;) {
        read++;
        yield frame;
      }
    }
    const signal = new AbortController().signal;
    await findSpeaker(models, endless(), at({ x: 500, y: 20 }, 5), { frameRate: FRAME_RATE, signal });
    expect(read).toBe(6);
  });
});
