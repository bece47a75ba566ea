import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KEEP_PROPORTIONS, RESOLUTIONS, SYNC_MODES } from '../../../schema/request.ts';
import { planFrameRate, planLength, planPicture, sourceFrameLimit } from '../../../worker/media/output-plan.ts';
import type { VideoFacts } from '../../../worker/media/probe.ts';
import { type Rational, toNumber } from '../../../worker/media/rational.ts';

const SOURCE: VideoFacts = {
  streamIndex: 0,
  container: 'mov,mp4,m4a,3gp,3g2,mj2',
  codec: 'h264',
  profile: 'High',
  codedWidth: 1920,
  codedHeight: 1080,
  rotationDegrees: 0,
  sampleAspectRatio: { num: 1, den: 1 },
  width: 1920,
  height: 1080,
  pixelFormat: 'yuv420p',
  interlaced: false,
  colour: { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', range: 'tv' },
  averageFrameRate: { num: 25, den: 1 },
  nominalFrameRate: { num: 25, den: 1 },
  startSeconds: 0,
  durationSeconds: 10,
  frameCount: 250,
  hasAudio: true,
};
const shaped = (width: number, height: number): VideoFacts => ({ ...SOURCE, width, height });
const fps25: Rational = { num: 25, den: 1 };

describe('planPicture', () => {
  it.each([
    [1920, 1080, '720p', 1280, 720],
    [1080, 1920, '720p', 720, 1280],
    [700, 700, '720p', 720, 720],
    [160, 90, '720p', 1280, 720],
    [720, 974, '720p', 720, 974],
    [640, 480, '720p', 960, 720],
    [3840, 1080, '720p', 1280, 360],
    [1920, 1080, '480p', 854, 480],
    [1080, 1920, '480p', 480, 854],
    [481, 271, '480p', 852, 480],
  ] as const)('brings a %ix%i source at %s to %ix%i', (width, height, resolution, toWidth, toHeight) => {
    const picture = planPicture({ resolution, keepProportion: 'crop' }, shaped(width, height));
    expect([picture.width, picture.height]).toEqual([toWidth, toHeight]);
  });

  it('fits every shape into the box of its resolution, with even sides', () => {
    const side = fc.integer({ min: 32, max: 7680 });
    fc.assert(
      fc.property(side, side, fc.constantFrom(...RESOLUTIONS), (width, height, resolution) => {
        const picture = planPicture({ resolution, keepProportion: 'crop' }, shaped(width, height));
        const [long, short] = resolution === '720p' ? [1280, 720] : [854, 480];
        expect(Math.max(picture.width, picture.height)).toBeLessThanOrEqual(long);
        expect(Math.min(picture.width, picture.height)).toBeLessThanOrEqual(short);
        expect((picture.width % 2) + (picture.height % 2)).toBe(0);
      }),
    );
  });

  it('gives exactly the requested size, cropping and padding around the centre by even offsets', () => {
    const side = fc.integer({ min: 32, max: 640 }).map((half) => half * 2);
    fc.assert(
      fc.property(
        side,
        side,
        side,
        side,
        fc.constantFrom(...KEEP_PROPORTIONS),
        (w, h, width, height, keepProportion) => {
          const { fit, ...picture } = planPicture(
            { resolution: '720p', imageSize: { width, height }, keepProportion },
            shaped(w, h),
          );
          expect([picture.width, picture.height]).toEqual([width, height]);
          if (fit.placement.kind === 'exact') {
            expect([fit.scaledWidth, fit.scaledHeight]).toEqual([width, height]);
            return;
          }
          const sign = fit.placement.kind === 'crop' ? 1 : -1;
          const spare = [(fit.scaledWidth - width) * sign, (fit.scaledHeight - height) * sign];
          for (const [i, offset] of [fit.placement.x, fit.placement.y].entries()) {
            expect(spare[i]).toBeGreaterThanOrEqual(0);
            expect(offset % 2).toBe(0);
            expect(Math.abs(spare[i] / 2 - offset)).toBeLessThan(2);
          }
        },
      ),
    );
  });

  it('distinguishes stretch, crop and pad', () => {
    const plan = (keepProportion: 'stretch' | 'crop' | 'pad') =>
      planPicture({ resolution: '720p', imageSize: { width: 400, height: 400 }, keepProportion }, shaped(800, 400)).fit;
    expect(plan('stretch')).toEqual({ scaledWidth: 400, scaledHeight: 400, placement: { kind: 'exact' } });
    expect(plan('crop')).toEqual({ scaledWidth: 800, scaledHeight: 400, placement: { kind: 'crop', x: 200, y: 0 } });
    expect(plan('pad')).toEqual({ scaledWidth: 400, scaledHeight: 200, placement: { kind: 'pad', x: 0, y: 100 } });
  });
});

describe('planFrameRate', () => {
  it.each([
    ['the requested rate before the source’s', 12, '25/1', '25/1', '12/1'],
    ['NTSC film exactly', undefined, '24000/1001', '24000/1001', '24000/1001'],
    ['NTSC written as decimals', undefined, '2997/100', '2997/100', '30000/1001'],
    ['an unusual constant rate as it is', undefined, '18/1', '18/1', '18/1'],
    ['a camera that lost a few frames at its own rate', undefined, '150528/6359', '24/1', '24/1'],
    ['a variable rate by the next common one', undefined, '1350/61', '30/1', '24000/1001'],
    ['120 fps with most frames left out by what is there', undefined, '519168/19595', '120/1', '30000/1001'],
    ['fields counted as frames by the frames', undefined, '25/1', '50/1', '25/1'],
    ['more than 60 as 60', undefined, '120/1', '120/1', '60/1'],
    ['59.94 exactly', undefined, '60000/1001', '60000/1001', '60000/1001'],
    ['a slide show at a rate that lips need', undefined, '1/2', '1/2', '25/1'],
    ['a single picture at a rate that lips need', undefined, undefined, '25/1', '25/1'],
  ])('takes %s', (_, requested, average, nominal, expected) => {
    const rational = (text: string | undefined) => {
      const [num, den] = (text ?? '').split('/').map(Number);
      return text === undefined ? undefined : { num, den };
    };
    const rate = planFrameRate(requested, { averageFrameRate: rational(average), nominalFrameRate: rational(nominal) });
    expect(rate).toEqual(rational(expected));
  });
});

describe('planLength', () => {
  const length = (syncMode: (typeof SYNC_MODES)[number], voice: number, sourceFrames: number, rest = {}) =>
    planLength({ syncMode, ...rest }, fps25, voice, sourceFrames);

  it.each([
    ['bounce', 8, 100, 200, 8],
    ['bounce', 2, 100, 50, 2],
    ['loop', 8, 100, 200, 8],
    ['remap', 8, 100, 200, 8],
    ['cut_off', 8, 100, 100, 4],
    ['cut_off', 2, 100, 50, 2],
    ['silence', 2, 100, 100, 2],
    ['silence', 8, 100, 200, 8],
  ] as const)(
    '%s: a voice of %d s over %i frames gives %i frames and %d s of sound',
    (mode, voice, source, frames, heard) => {
      expect(length(mode, voice, source)).toEqual({ frames, seconds: frames / 25, voiceSeconds: heard });
    },
  );

  it('is bounded by audioDuration and maxFrames in every mode', () => {
    for (const mode of SYNC_MODES) {
      expect(length(mode, 8, 1000, { audioDuration: 3 }).frames).toBe(75);
      expect(length(mode, 8, 1000, { maxFrames: 10 }).frames).toBe(10);
      expect(length(mode, 8, 1000, { audioDuration: 3, maxFrames: 10 }).voiceSeconds).toBeCloseTo(0.4);
    }
  });

  it('counts frames of 29.97 fps exactly over half an hour', () => {
    expect(planLength({ syncMode: 'loop' }, { num: 30000, den: 1001 }, 1800, 10).frames).toBe(53_946);
  });

  it('refuses a voice shorter than one frame', () => {
    expect(() => length('bounce', 0.03, 100)).toThrow(expect.objectContaining({ code: 'AUDIO_TOO_SHORT' }));
    expect(length('bounce', 0.04, 100).frames).toBe(1);
  });

  it('asks for no less of the source than any result of the mode can show', () => {
    const seconds = fc.double({ min: 0.1, max: 60, noNaN: true });
    const request = fc.record({
      syncMode: fc.constantFrom(...SYNC_MODES),
      audioDuration: fc.option(seconds, { nil: undefined }),
    });
    fc.assert(
      fc.property(request, seconds, fc.integer({ min: 1, max: 3000 }), (wanted, voice, total) => {
        fc.pre(Math.min(voice, wanted.audioDuration ?? voice) * toNumber(fps25) >= 1);
        const read = Math.min(total, sourceFrameLimit(wanted, fps25, voice));
        expect(planLength(wanted, fps25, voice, read)).toEqual(planLength(wanted, fps25, voice, total));
      }),
    );
  });
});
