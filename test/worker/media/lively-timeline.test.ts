import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SYNC_MODES } from '../../../schema/request.ts';
import { type Liveliness, MOST_DRIFT_FRAMES, planLivelyTimeline } from '../../../worker/media/lively-timeline.ts';
import { easedStop } from '../../../worker/media/playback-moves.ts';
import { movesForwardOnly, planTimeline } from '../../../worker/media/timeline.ts';
import { headCalm } from '../../../worker/quality/head-calm.ts';

const FRAME_RATE = 25;

/** Voices that start and stop, and heads that move and rest, now and then out of sight or cut. */
const clip = fc
  .record({
    source: fc.integer({ min: 30, max: 220 }),
    longer: fc.integer({ min: 1, max: 700 }),
    voice: fc.array(fc.integer({ min: 3, max: 80 }), { minLength: 1, maxLength: 12 }),
    head: fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 }),
    unseen: fc.nat(300),
    cut: fc.nat(300),
  })
  .map(({ source, longer, voice, head, unseen, cut }) => {
    const spans = voice.flatMap((frames, i) => new Array<number>(frames).fill(i % 2));
    const speech = Float32Array.from({ length: source + longer }, (_, k) => spans[k % spans.length]);
    const motion = Float32Array.from({ length: source }, (_, i) => head[Math.floor(i / 12) % head.length]);
    if (unseen < source) motion[unseen] = Number.NaN;
    if (cut < source) motion[cut] = Number.POSITIVE_INFINITY;
    return { sourceFrames: source, outputFrames: source + longer, liveliness: { speech, motion } };
  });

const steps = (timeline: Int32Array) => Array.from(timeline.subarray(1), (position, k) => position - timeline[k]);

/** A head that nods for two seconds, rests for two, and so on; a voice that talks for three and is silent for two. */
function noddingHead(sourceFrames: number, outputFrames: number): Liveliness {
  return {
    speech: Float32Array.from({ length: outputFrames }, (_, k) => (k % 125 < 75 ? 1 : 0)),
    motion: Float32Array.from({ length: sourceFrames }, (_, i) => (i % 100 < 50 ? 1 : 0.05)),
  };
}

describe('planLivelyTimeline', () => {
  it.each(['bounce', 'silence', 'remap'] as const)(
    '%s starts at the first frame, stays within the source and near the plain timeline, and never jumps',
    async (mode) => {
      await fc.assert(
        fc.asyncProperty(clip, async (facts) => {
          const timeline = await planLivelyTimeline({ mode, frameRate: FRAME_RATE, ...facts });
          const plain = planTimeline(mode, facts.sourceFrames, facts.outputFrames);
          expect(timeline).toHaveLength(facts.outputFrames);
          expect(timeline[0]).toBe(0);
          expect(timeline.every((index) => index >= 0 && index < facts.sourceFrames)).toBe(true);
          expect(steps(timeline).every((step) => Math.abs(step) <= 1)).toBe(true);
          expect(timeline.every((index, k) => Math.abs(index - plain[k]) <= MOST_DRIFT_FRAMES)).toBe(true);
        }),
        { numRuns: 40 },
      );
    },
  );

  it('remap only moves forward and shows every source frame, the last one at the end', async () => {
    await fc.assert(
      fc.asyncProperty(clip, async (facts) => {
        const timeline = await planLivelyTimeline({ mode: 'remap', frameRate: FRAME_RATE, ...facts });
        expect(movesForwardOnly(timeline)).toBe(true);
        expect(timeline.at(-1)).toBe(facts.sourceFrames - 1);
        expect(new Set(timeline).size).toBe(facts.sourceFrames);
      }),
      { numRuns: 40 },
    );
  });

  it('bounce stands still around every turn, and never for longer than that', async () => {
    const held = 2 * easedStop(FRAME_RATE).toReversed().indexOf(1);
    await fc.assert(
      fc.asyncProperty(clip, async (facts) => {
        const taken = steps(await planLivelyTimeline({ mode: 'bounce', frameRate: FRAME_RATE, ...facts }));
        fc.pre(facts.liveliness.motion.some((way) => way > 0 && Number.isFinite(way)));
        for (let k = 1; k < taken.length; k++) expect(taken[k] * taken[k - 1]).not.toBe(-1);
        const longest = Math.max(
          0,
          ...taken
            .join(',')
            .split(/-?1/)
            .map((run) => run.split('0').length - 1),
        );
        expect(longest).toBeLessThanOrEqual(held);
      }),
      { numRuns: 40 },
    );
  });

  it.each(['bounce', 'remap'] as const)('%s rests the head in pauses and keeps it alive in speech', async (mode) => {
    const facts = { mode, sourceFrames: 250, outputFrames: mode === 'bounce' ? 1000 : 400, frameRate: FRAME_RATE };
    const liveliness = noddingHead(facts.sourceFrames, facts.outputFrames);
    const { speech, motion } = liveliness;
    const plain = headCalm(planTimeline(mode, facts.sourceFrames, facts.outputFrames), speech, motion);
    const lively = headCalm(await planLivelyTimeline({ ...facts, liveliness }), speech, motion);
    expect(lively.ratio).toBeLessThan(plain.ratio / 2);
    expect(lively.speechSpeed).toBeGreaterThan(0.9 * plain.speechSpeed);
  });

  it('bounce turns where the head is calm', async () => {
    const facts = { mode: 'bounce' as const, sourceFrames: 250, outputFrames: 1000, frameRate: FRAME_RATE };
    const { speech, motion } = noddingHead(facts.sourceFrames, facts.outputFrames);
    const plain = headCalm(planTimeline('bounce', 250, 1000), speech, motion);
    const lively = headCalm(await planLivelyTimeline({ ...facts, liveliness: { speech, motion } }), speech, motion);
    expect(lively.turns).toBeGreaterThan(0);
    expect(lively.turnSpeed).toBeLessThan(plain.turnSpeed / 4);
  });

  it.each(SYNC_MODES)('%s is the plain timeline where the video outlasts the voice', async (mode) => {
    const facts = { mode, sourceFrames: 200, outputFrames: 150, frameRate: FRAME_RATE };
    const timeline = await planLivelyTimeline({ ...facts, liveliness: noddingHead(200, 150) });
    expect(timeline).toEqual(planTimeline(mode, 200, 150));
  });

  it.each([
    ['loop starts over', 'loop', 200, noddingHead(200, 500)],
    ['the model knows nothing of motion', 'bounce', 200, undefined],
    ['nothing moves', 'bounce', 200, { ...noddingHead(200, 500), motion: new Float32Array(200) }],
    ['no head is seen', 'bounce', 200, { ...noddingHead(200, 500), motion: new Float32Array(200).fill(Number.NaN) }],
    ['the video is too short to turn in', 'bounce', 20, noddingHead(20, 500)],
  ] as const)('is the plain timeline where %s', async (_, mode, sourceFrames, liveliness) => {
    const facts = { mode, sourceFrames, outputFrames: 500, frameRate: FRAME_RATE };
    expect(await planLivelyTimeline({ ...facts, liveliness })).toEqual(planTimeline(mode, sourceFrames, 500));
  });

  it('gives the same plan again', async () => {
    const facts = { mode: 'bounce' as const, sourceFrames: 180, outputFrames: 900, frameRate: 30 };
    const liveliness = noddingHead(180, 900);
    expect(await planLivelyTimeline({ ...facts, liveliness })).toEqual(
      await planLivelyTimeline({ ...facts, liveliness }),
    );
  });
});

describe('an eased stop', () => {
  it('slows down evenly and ends at rest, at every rate', () => {
    for (let frameRate = 10; frameRate <= 60; frameRate++) {
      const stop = easedStop(frameRate);
      expect(stop.at(-1)).toBe(0);
      expect(stop.slice(0, -1)).toContain(1);
      const half = Math.ceil(stop.length / 2);
      const moved = (part: number[]) => part.reduce((sum, step) => sum + step, 0);
      expect(moved(stop.slice(0, half))).toBeGreaterThanOrEqual(moved(stop.slice(half)));
    }
  });
});
