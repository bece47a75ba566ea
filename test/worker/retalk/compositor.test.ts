import { expect, test } from 'vitest';
import { lowerFaceOutline } from '../../../worker/face/lower-face.ts';
import { createFrame, type YuvFrame } from '../../../worker/media/frame.ts';
import type { Composition } from '../../../worker/retalk/composition.ts';
import { Compositor } from '../../../worker/retalk/compositor.ts';
import { CHIN_TIP, LOWER_INNER_POINTS, pointOf, UPPER_INNER_POINTS } from '../../../worker/retalk/face-points.ts';
import { exemplarRegion } from '../../../worker/retalk/face-region.ts';
import { Grain } from '../../../worker/retalk/grain.ts';
import { reshapeMouth } from '../../../worker/retalk/mouth-shape.ts';
import { cutPatch, planesOf, type Region } from '../../../worker/retalk/patch.ts';
import { sketchFace } from './face-sketch.ts';

const WIDTH = 320;
const HEIGHT = 320;
const face = sketchFace(160, 150, 110);

/** Smooth shading with a dark line where the lips touch and fine texture everywhere, so that any movement shows. */
function picture(brightness = 0): YuvFrame {
  const frame = createFrame(WIDTH, HEIGHT);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const texture = 6 * Math.sin(x * 0.9) * Math.cos(y * 0.7);
      frame.data[y * WIDTH + x] = 110 + brightness + x / 8 + texture;
    }
  }
  for (let i = WIDTH * HEIGHT; i < frame.data.length; i++) frame.data[i] = 120 + (i % 7);
  return frame;
}

function composition(overrides: Partial<Composition> = {}, exemplar = picture()): Composition {
  const region = exemplarRegion(face, WIDTH, HEIGHT);
  if (!region) throw new Error('the sketched face lies outside the picture');
  return {
    baseShape: face,
    targetShape: face,
    patch: cutPatch(exemplar, region),
    exemplarShape: face,
    strength: 1,
    cavity: 0,
    skin: { y: 140, u: 118, v: 140 },
    noise: 0,
    grain: new Grain(1),
    ...overrides,
  };
}

function openedFace(): Float32Array {
  const shape = face.slice();
  // In pixels here: the reshaping works in any unit.
  reshapeMouth(shape, { opening: 22, width: 57 }, false);
  return shape;
}

function largestChange(a: YuvFrame, b: YuvFrame, where: (x: number, y: number) => boolean = () => true): number {
  let most = 0;
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const i = y * WIDTH + x;
      if (where(x, y)) most = Math.max(most, Math.abs(a.data[i] - b.data[i]));
    }
  }
  return most;
}

const inside = ({ x, y, width, height }: Region, px: number, py: number) =>
  px >= x && px < x + width && py >= y && py < y + height;

test('a frame whose own face is shown in it stays as it was', () => {
  const frame = picture();
  new Compositor().compose(frame, composition());
  expect(largestChange(frame, picture())).toBeLessThanOrEqual(1);
});

test('no strength leaves every byte alone', () => {
  const frame = picture();
  new Compositor().compose(frame, composition({ strength: 0, targetShape: openedFace() }));
  expect(Buffer.compare(frame.data, picture().data)).toBe(0);
});

test('outside the region it names not one byte of any plane changes, and inside it a lot does', () => {
  const frame = picture();
  const before = picture();
  const region = new Compositor().compose(frame, composition({ targetShape: openedFace(), noise: 2, cavity: 1 }));
  if (!region) throw new Error('nothing was composed');
  expect(largestChange(frame, before, (x, y) => inside(region, x, y))).toBeGreaterThan(40);
  // With the region's own content put back, nothing may be left that differs.
  for (const plane of planesOf(WIDTH, HEIGHT)) {
    for (let row = region.y / plane.step; row < (region.y + region.height) / plane.step; row++) {
      const from = plane.offset + row * plane.stride + region.x / plane.step;
      frame.data.set(before.data.subarray(from, from + region.width / plane.step), from);
    }
  }
  expect(Buffer.compare(frame.data, before.data)).toBe(0);
});

test('the skin above the nose and the ears’ sides keep their bytes', () => {
  const frame = picture();
  new Compositor().compose(frame, composition({ targetShape: openedFace(), cavity: 1, noise: 2 }));
  expect(largestChange(frame, picture(), (_, y) => y < 140)).toBe(0);
  expect(largestChange(frame, picture(), (x) => x < 75 || x > 245)).toBe(0);
});

test('an opened mouth is dark between the lips and the chin’s skin has moved down with it', () => {
  const frame = picture();
  const target = openedFace();
  new Compositor().compose(frame, composition({ targetShape: target, cavity: 1 }));
  const middle = LOWER_INNER_POINTS[5];
  const top = UPPER_INNER_POINTS[5];
  const x = Math.round(target[middle * 3]);
  const deep = Math.round(target[top * 3 + 1] * 0.3 + target[middle * 3 + 1] * 0.7);
  expect(frame.data[deep * WIDTH + x]).toBeLessThan(70);
  expect(target[CHIN_TIP * 3 + 1] - face[CHIN_TIP * 3 + 1]).toBeGreaterThan(5);
});

test('an exemplar from a darker shot takes the light of the frame that it is put into', () => {
  const frame = picture();
  new Compositor().compose(frame, composition({}, picture(-30)));
  const mouth = Math.round(face[LOWER_INNER_POINTS[5] * 3 + 1]);
  for (const x of [130, 150, 170, 190]) {
    const i = mouth * WIDTH + x;
    expect(Math.abs(frame.data[i] - picture().data[i])).toBeLessThan(9);
  }
});

test('the same seed gives the same bytes, another seed other grain', () => {
  const render = (seed: number) => {
    const frame = picture();
    const grain = new Grain(seed);
    grain.startFrame(3);
    new Compositor().compose(frame, composition({ targetShape: openedFace(), noise: 3, grain }));
    return frame;
  };
  expect(Buffer.compare(render(5).data, render(5).data)).toBe(0);
  expect(largestChange(render(5), render(6))).toBeGreaterThan(0);
});

test('whatever the jaw does, nothing changes outside the outline of what talking moves', () => {
  const outline = lowerFaceOutline((landmark) => {
    const at = pointOf(landmark) * 3;
    return { x: face[at], y: face[at + 1] };
  });
  const isInside = (x: number, y: number) =>
    outline.every((a, i) => {
      const b = outline[(i + 1) % outline.length];
      return (b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x) >= 0;
    });
  const frame = picture();
  new Compositor().compose(frame, composition({ targetShape: openedFace() }, picture(20)));
  expect(largestChange(frame, picture(), isInside)).toBeGreaterThan(10);
  expect(largestChange(frame, picture(), (x, y) => !isInside(x, y))).toBe(0);
});
