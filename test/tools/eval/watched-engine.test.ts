import { describe, expect, it } from 'vitest';
import { talkV2VRequest } from '../../../schema/request.ts';
import { watched } from '../../../tools/eval/watched-engine.ts';
import type { LipSyncEngine, Voice } from '../../../worker/engines/engine.ts';
import { createFrame, type YuvFrame } from '../../../worker/media/frame.ts';

/** Adds 1 to every luma sample, in place, and reads one frame ahead as an engine with a pipeline would. */
const brightener: LipSyncEngine = {
  model: 'brightener',
  uses: new Set(['seed']),
  open: () => ({
    analyse: async () => 3,
    articulate: async () => undefined,
    async *render(_, base) {
      let waiting: YuvFrame | undefined;
      for await (const frame of base) {
        const ahead = { ...frame, data: frame.data.map((value) => value + 1) };
        if (waiting) yield waiting;
        waiting = ahead;
      }
      if (waiting) yield waiting;
    },
    [Symbol.asyncDispose]: async () => undefined,
  }),
};

/** One buffer for all pictures, as the decoder does it. Picture k is all k·10. */
async function* pictures(count: number): AsyncGenerator<YuvFrame> {
  const frame = createFrame(4, 4);
  for (let k = 0; k < count; k++) {
    frame.data.fill(k * 10);
    yield frame;
  }
}

describe('watched', () => {
  it('shows each rendered picture beside what the engine was given', async () => {
    const seen: [number, number, number][] = [];
    const heard: number[] = [];
    let timeline = new Int32Array();
    const engine = watched(brightener, {
      heard: (voice, frameCount) => heard.push(voice.samples.length, frameCount),
      planned: (planned) => {
        timeline = planned.slice();
      },
      rendered: (result, source, frameNumber) => seen.push([frameNumber, source.data[0], result.data[0]]),
    });
    expect(engine.model).toBe('brightener');
    const request = talkV2VRequest.parse({ inputVideo: 'upload://evaluation', audioFile: 'upload://evaluation' });
    const signal = new AbortController().signal;
    await using session = engine.open({ width: 4, height: 4, frameRate: 25, request, signal });
    await session.articulate({ samples: new Float32Array(1920) }, 3);
    const given: number[] = [];
    for await (const frame of session.render(Int32Array.of(0, 1, 2), pictures(3))) given.push(frame.data[0]);
    expect(given).toEqual([1, 11, 21]);
    expect(seen).toEqual([
      [0, 0, 1],
      [1, 10, 11],
      [2, 20, 21],
    ]);
    expect(heard).toEqual([1920, 3]);
    expect([...timeline]).toEqual([0, 1, 2]);
  });

  it('tells the engine only so much of the source’s own sound as is decided', async () => {
    const told: (Voice | undefined)[] = [];
    const listener: LipSyncEngine = {
      ...brightener,
      open: (clip) => ({
        ...brightener.open(clip),
        analyse: async (_frames, _progress, ownVoice) => told.push(ownVoice),
      }),
    };
    const voice = { samples: Float32Array.of(1, 2, 3) };
    const first = { samples: voice.samples.subarray(0, 1) };
    const watcher = { heard: () => undefined, planned: () => undefined, rendered: () => undefined };
    const request = talkV2VRequest.parse({ inputVideo: 'upload://evaluation', audioFile: 'upload://evaluation' });
    const clip = { width: 4, height: 4, frameRate: 25, request, signal: new AbortController().signal };
    for (const engine of [watched(listener, watcher), watched(listener, watcher, () => first)]) {
      await using session = engine.open(clip);
      await session.analyse(pictures(1), () => undefined, voice);
    }
    expect(told).toEqual([voice, first]);
  });
});
