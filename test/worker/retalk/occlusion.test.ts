import { expect, test } from 'vitest';
import { createFrame, type YuvFrame } from '../../../worker/media/frame.ts';
import { OUTER_CORNERS } from '../../../worker/retalk/face-points.ts';
import { forgetCoveredMouths, spotColours } from '../../../worker/retalk/occlusion.ts';
import { noseToChin } from '../../../worker/retalk/warp-maps.ts';
import { sketchFace } from './face-sketch.ts';
import { trackOf } from './track-of.ts';

const SIZE = 320;
const face = sketchFace(160, 150, 110);
const mouthX = (face[OUTER_CORNERS[0] * 3] + face[OUTER_CORNERS[1] * 3]) / 2;
const mouthY = (face[OUTER_CORNERS[0] * 3 + 1] + face[OUTER_CORNERS[1] * 3 + 1]) / 2;

/** Skin with redder lips; light falls a little more from one side, and every frame has a touch of noise. */
function portrait(frame: number, light = 1): YuvFrame {
  const picture = createFrame(SIZE, SIZE);
  const quarter = SIZE * SIZE;
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      const isLip = Math.hypot((x - mouthX) / 30, (y - mouthY) / 10) < 1;
      picture.data[y * SIZE + x] = 16 + ((isLip ? 80 : 110) + x / 20 + ((x + y + frame) % 3)) * light;
      const chroma = (y >> 1) * (SIZE / 2) + (x >> 1);
      picture.data[quarter + chroma] = 118;
      picture.data[quarter * 1.25 + chroma] = isLip ? 152 : 140;
    }
  }
  return picture;
}

function covered(picture: YuvFrame, radius: number, colour: readonly [number, number]): YuvFrame {
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      if (Math.hypot(x - mouthX, y - mouthY) > radius) continue;
      picture.data[y * SIZE + x] = colour[0];
      picture.data[SIZE * SIZE * 1.25 + (y >> 1) * (SIZE / 2) + (x >> 1)] = colour[1];
    }
  }
  return picture;
}

function facesLeft(picture: (frame: number) => YuvFrame): boolean[] {
  const height = noseToChin(face);
  const track = trackOf(30, (frame) => ({ shape: face, spots: spotColours(picture(frame), face, height) }));
  forgetCoveredMouths(track);
  return Array.from({ length: track.length }, (_, frame) => track.hasFace(frame));
}

test('frames in which a microphone or a hand covers the mouth are struck out, and only those', () => {
  const isCovered = (frame: number) => frame >= 12 && frame < 18;
  for (const colour of [[30, 128] as const, [90, 140] as const]) {
    const left = facesLeft((frame) => (isCovered(frame) ? covered(portrait(frame), 45, colour) : portrait(frame)));
    expect(left).toEqual(Array.from({ length: 30 }, (_, frame) => !isCovered(frame)));
  }
});

test('changing light, an open mouth and a crumb strike nothing out', () => {
  const left = facesLeft((frame) => {
    if (frame % 3 === 0) return portrait(frame, 0.7);
    return covered(portrait(frame), frame % 3 === 1 ? 7 : 0, [25, 128]);
  });
  expect(left.every(Boolean)).toBe(true);
});
