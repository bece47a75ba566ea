import { describe, expect, it } from 'vitest';
import { AppearanceReader, blended, likeness } from '../../../worker/face/appearance.ts';
import type { FaceRegion } from '../../../worker/face/region.ts';
import { createFrame, planes, type YuvFrame } from '../../../worker/media/frame.ts';
import { scene } from './drawn-scene.ts';

const SIZE = { width: 320, height: 240 };
const HEAD: FaceRegion = { x: 160, y: 105, size: 150, roll: 0 };
const reader = new AppearanceReader();
const look = (frame: YuvFrame, region = HEAD) => reader.read(frame, region);
const drawn = (placement: object = {}) => scene(320, 240, [{ left: 0, top: 0, ...SIZE, ...placement }]);

/** The same picture in other light. */
function relit(frame: YuvFrame, gain: number): YuvFrame {
  const other = createFrame(frame.width, frame.height);
  const [from, to] = [planes(frame), planes(other)];
  for (let i = 0; i < from.y.length; i++) to.y[i] = 16 + (from.y[i] - 16) * gain;
  for (const plane of ['u', 'v'] as const) {
    for (let i = 0; i < from[plane].length; i++) to[plane][i] = 128 + (from[plane][i] - 128) * gain;
  }
  return other;
}

describe('what a head looks like', () => {
  it('is the same in another light', () => {
    expect(likeness(look(drawn()), look(relit(drawn(), 0.6)))).toBeGreaterThan(0.99);
  });

  it('hardly changes when the mouth opens', () => {
    expect(likeness(look(drawn()), look(drawn({ mouth: { opening: 0.8 } })))).toBeGreaterThan(0.95);
  });

  it('is the same at another place', () => {
    const moved = scene(480, 320, [{ left: 100, top: 60, ...SIZE }]);
    expect(likeness(look(drawn()), look(moved, { ...HEAD, x: HEAD.x + 100, y: HEAD.y + 60 }))).toBeGreaterThan(0.97);
  });

  it('is nothing like the wall, nor like the head upside down', () => {
    const own = look(drawn());
    expect(likeness(own, look(scene(320, 240, [])))).toBeLessThan(0.5);
    expect(likeness(own, look(drawn(), { ...HEAD, roll: Math.PI }))).toBeLessThan(0.5);
  });

  it('comes nearer to what is learned', () => {
    const [own, other] = [look(drawn()), look(drawn(), { ...HEAD, roll: Math.PI })];
    expect(likeness(blended(own, other, 0.2), other)).toBeGreaterThan(likeness(own, other));
    expect(likeness(blended(own, other, 0.2), blended(own, other, 0.2))).toBeCloseTo(1);
  });
});
