import { describe, expect, it } from 'vitest';
import { SceneCutDetector } from '../../../worker/face/scene-cut.ts';
import { createFrame, type YuvFrame } from '../../../worker/media/frame.ts';

/** Blobs of light, placed by `seed`, seen `shift` pixels further right. */
function picture(seed: number, shift = 0, brightness = 0): YuvFrame {
  const frame = createFrame(320, 180);
  for (let i = 0; i < 320 * 180; i++) {
    const x = (i % 320) - shift;
    const y = Math.floor(i / 320);
    const light = Math.sin((x * (1 + seed)) / 60 + seed) * Math.cos((y * (2 + seed)) / 70 + 2 * seed);
    frame.data[i] = 110 + 80 * light + brightness;
  }
  return frame;
}

function cuts(...frames: YuvFrame[]): boolean[] {
  const detector = new SceneCutDetector();
  return frames.map((frame) => detector.isCut(frame));
}

describe('a scene cut', () => {
  it('is where another picture begins, once', () => {
    expect(cuts(picture(0), picture(0), picture(1), picture(1))).toEqual([false, false, true, false]);
  });

  it('is not a camera that moves', () => {
    expect(cuts(picture(0), picture(0, 6), picture(0, 12))).toEqual([false, false, false]);
  });

  it('is not a change of light', () => {
    expect(cuts(picture(0), picture(0, 0, 40), picture(0, 0, -30))).toEqual([false, false, false]);
  });

  it('is where a plain picture gives way to another', () => {
    const black = createFrame(320, 180);
    black.data.fill(16, 0, 320 * 180);
    expect(cuts(black, black, picture(2))).toEqual([false, false, true]);
  });
});
