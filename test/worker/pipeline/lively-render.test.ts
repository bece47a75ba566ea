import { afterAll, beforeAll, expect, test } from 'vitest';
import { NEW_WORDS } from '../../../presenter/clip.ts';
import { talkV2VRequest } from '../../../schema/request.ts';
import type { LipSyncEngine } from '../../../worker/engines/engine.ts';
import type { Liveliness } from '../../../worker/media/lively-timeline.ts';
import { planTimeline } from '../../../worker/media/timeline.ts';
import { renderVideo } from '../../../worker/pipeline/render-video.ts';
import { frameThroughEngine } from '../../support/frame-through-engine.ts';
import { lavfi, MediaBench } from '../media/make-media.ts';

const SOURCE_FRAMES = 50;
let bench: MediaBench;
let video: string;

beforeAll(async () => {
  bench = await MediaBench.open();
  video = await bench.make(
    'source.mp4',
    ...lavfi(`testsrc=s=160x120:r=25:d=${SOURCE_FRAMES / 25}`),
    '-pix_fmt',
    'yuv420p',
  );
});
afterAll(() => bench[Symbol.asyncDispose]());

/** Renders with a model that knows what makes the head move, or doesn't, and gives the timeline that the model was given. */
async function timelineWith(liveliness: ((frameCount: number) => Liveliness) | undefined): Promise<Int32Array> {
  let timeline: Int32Array = new Int32Array(0);
  const through = frameThroughEngine();
  const engine: LipSyncEngine = {
    ...through,
    open(clip) {
      const session = through.open(clip);
      let frameCount = 0;
      return {
        analyse: session.analyse,
        async articulate(_, count) {
          frameCount = count;
        },
        liveliness: liveliness && (() => liveliness(frameCount)),
        render(planned, base) {
          timeline = planned;
          return session.render(planned, base);
        },
        [Symbol.asyncDispose]: session[Symbol.asyncDispose],
      };
    },
  };
  await renderVideo({
    videoPath: video,
    voicePath: NEW_WORDS.audioPath,
    request: talkV2VRequest.parse({
      inputVideo: 'upload://aaaaaaaa',
      audioFile: 'upload://bbbbbbbb',
      resolution: '480p',
    }),
    engine,
    support: { toneMapping: false },
    directory: bench.directory,
    signal: new AbortController().signal,
    report: () => undefined,
  });
  return timeline;
}

test('a result follows what its model knows of voice and head: it stays in the calm half of the source while nobody speaks', async () => {
  const calm = Float32Array.from({ length: SOURCE_FRAMES }, (_, i) => (i < 25 ? 0.01 : 1));
  const timeline = await timelineWith((frameCount) => ({ speech: new Float32Array(frameCount), motion: calm }));
  expect(timeline.length).toBeGreaterThan(2 * SOURCE_FRAMES);
  expect(Math.max(...timeline)).toBeLessThanOrEqual(27);
});

test('a result of a model that knows nothing of motion plays plainly forth and back', async () => {
  const timeline = await timelineWith(undefined);
  expect(timeline).toEqual(planTimeline('bounce', SOURCE_FRAMES, timeline.length));
});
