import { describe, expect, it } from 'vitest';
import { runs, scoreClosures, sealedFrames } from '../../../worker/quality/closures.ts';

const flags = (text: string) => Array.from(text, (letter) => letter === 'x');
const everywhere = (text: string) => Array.from(text, () => true);

describe('scoreClosures', () => {
  it('counts events, one frame early or late forgiven', () => {
    const wanted = flags('..xx....x.......x...');
    const seen = flags('....x...x..........x');
    expect(scoreClosures(wanted, seen, everywhere('.'.repeat(20)))).toEqual({ recall: 2 / 3, precision: 2 / 3 });
  });

  it('leaves out what lies wholly outside of the judged frames', () => {
    const wanted = flags('.x........');
    const seen = flags('.x..xxxxxx');
    const counts = flags('xxxx......');
    expect(scoreClosures(wanted, seen, counts)).toEqual({ recall: 1, precision: 1 });
  });

  it('has no recall without wanted closures and no precision without seen ones', () => {
    const none = flags('.....');
    expect(scoreClosures(none, flags('..x..'), everywhere('.....'))).toEqual({ recall: undefined, precision: 0 });
    expect(scoreClosures(flags('..x..'), none, everywhere('.....'))).toEqual({ recall: 0, precision: undefined });
  });
});

describe('sealedFrames', () => {
  it('finds the frames whose lips meet, judged by the range of the clip', () => {
    const opening = Array.from({ length: 100 }, (_, k) => (k % 10 === 0 ? 0.012 : 0.08 + 0.03 * Math.sin(k)));
    expect(runs(sealedFrames(opening)).map(({ start, end }) => [start, end - start])).toEqual(
      Array.from({ length: 10 }, (_, i) => [i * 10, 1]),
    );
  });

  it('finds none where the lips never come near each other', () => {
    expect(sealedFrames([0.1, 0.2, 0.1, 0.15])).toEqual([false, false, false, false]);
  });

  it('does not take a frame without a face for a closed mouth', () => {
    expect(sealedFrames([0.01, Number.NaN, 0.1])).toEqual([true, false, false]);
  });
});
