import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KEEP_PROPORTIONS } from '../../../schema/request.ts';
import { SourceVideo } from '../../../worker/media/decode.ts';
import { type PictureRequest, planPicture } from '../../../worker/media/output-plan.ts';
import { isShown, outputPlace, sourcePoint } from '../../../worker/media/picture-place.ts';
import { probeVideo } from '../../../worker/media/probe.ts';
import { lavfi, MediaBench } from './make-media.ts';

const side = fc.integer({ min: 32, max: 640 }).map((half) => half * 2);
const geometry = fc
  .record({ source: fc.tuple(side, side), output: fc.tuple(side, side), keep: fc.constantFrom(...KEEP_PROPORTIONS) })
  .map(({ source, output, keep }) => {
    const request: PictureRequest = {
      resolution: '720p',
      imageSize: { width: output[0], height: output[1] },
      keepProportion: keep,
    };
    return { keep, ...planPicture(request, { ...FACTS, width: source[0], height: source[1] }) };
  });
const fraction = fc.double({ min: 0, max: 1, noNaN: true });
const pointBox = (x: number, y: number) => ({ left: x, top: y, right: x, bottom: y });

const FACTS = {
  streamIndex: 0,
  container: 'mov,mp4',
  codec: 'h264',
  profile: undefined,
  codedWidth: 0,
  codedHeight: 0,
  rotationDegrees: 0,
  sampleAspectRatio: { num: 1, den: 1 },
  width: 0,
  height: 0,
  pixelFormat: 'yuv420p',
  interlaced: false,
  colour: { primaries: undefined, transfer: undefined, matrix: undefined, range: undefined },
  averageFrameRate: { num: 25, den: 1 },
  nominalFrameRate: { num: 25, den: 1 },
  startSeconds: 0,
  durationSeconds: 1,
  frameCount: 25,
  hasAudio: false,
};

describe('a place in the picture', () => {
  it('is found again in the source', () => {
    fc.assert(
      fc.property(geometry, fraction, fraction, (picture, x, y) => {
        const { left, top } = outputPlace(pointBox(x, y), picture);
        const back = sourcePoint({ x: left, y: top }, picture);
        expect(back.x).toBeCloseTo(x, 9);
        expect(back.y).toBeCloseTo(y, 9);
      }),
    );
  });

  it('is always shown where nothing is cropped, and where it is cropped the middle is', () => {
    fc.assert(
      fc.property(geometry, fraction, fraction, (picture, x, y) => {
        if (picture.keep !== 'crop') expect(isShown(outputPlace(pointBox(x, y), picture), picture)).toBe(true);
        expect(isShown(outputPlace(pointBox(0.5, 0.5), picture), picture)).toBe(true);
      }),
    );
  });

  it('is not shown beyond what the crop leaves', () => {
    const request = { resolution: '720p', imageSize: { width: 400, height: 400 }, keepProportion: 'crop' } as const;
    const picture = planPicture(request, { ...FACTS, width: 800, height: 400 });
    expect(isShown(outputPlace(pointBox(0.24, 0.5), picture), picture)).toBe(false);
    expect(isShown(outputPlace(pointBox(0.26, 0.5), picture), picture)).toBe(true);
    expect(isShown(outputPlace(pointBox(0.76, 0.5), picture), picture)).toBe(false);
  });
});

describe('a spot in a real file', () => {
  const SPOT = { x: 0.3, y: 0.2 };
  const signal = new AbortController().signal;
  /** How a picture of 320x240 is stored that a player shows upright and with square pixels. */
  const files = {
    plain: { filter: 'null', rotate: '0' },
    'turned by its metadata': { filter: 'transpose=2', rotate: '270' },
    'of wide pixels': { filter: 'scale=160:240,setsar=2/1', rotate: '0' },
  } as const;
  let bench: MediaBench;

  beforeAll(async () => {
    bench = await MediaBench.open();
    const spot = 'drawbox=x=iw*0.3-6:y=ih*0.2-6:w=12:h=12:color=white:t=fill';
    for (const [name, { filter, rotate }] of Object.entries(files)) {
      const stored = ['-vf', `${spot},${filter}`, '-pix_fmt', 'yuv420p'];
      const lying = await bench.make(`${name} lying.mp4`, ...lavfi('color=black:s=320x240:r=25:d=0.2'), ...stored);
      await bench.make(`${name}.mp4`, '-i', lying, '-c', 'copy', '-metadata:s:v:0', `rotate=${rotate}`);
    }
  });
  afterAll(() => bench[Symbol.asyncDispose]());
  const file = (name: string) => bench.path(`${name}.mp4`);

  it.each(Object.keys(files).flatMap((name) => KEEP_PROPORTIONS.map((keepProportion) => ({ name, keepProportion }))))(
    '$name lies where the mapping says with $keepProportion',
    async ({ name, keepProportion }) => {
      const facts = await probeVideo(file(name), signal);
      const picture = planPicture(
        { resolution: '480p', imageSize: { width: 400, height: 360 }, keepProportion },
        facts,
      );
      await using source = new SourceVideo({
        path: file(name),
        facts,
        picture,
        support: { toneMapping: false },
        scratchDir: bench.directory,
      });
      for await (const { width, height, data } of source.decode({ maxFrames: 1, signal })) {
        let [x, y, weight] = [0, 0, 0];
        for (let i = 0; i < width * height; i++) {
          const light = Math.max(0, data[i] - 60);
          x += light * (i % width);
          y += light * Math.floor(i / width);
          weight += light;
        }
        const { left, top } = outputPlace(pointBox(SPOT.x, SPOT.y), picture);
        expect(Math.abs(x / weight - left)).toBeLessThan(0.7);
        expect(Math.abs(y / weight - top)).toBeLessThan(0.7);
      }
    },
  );
});
