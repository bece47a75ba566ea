import { describe, expect, test } from 'vitest';
import { type MouthPose, type PresenterPose, RESTING_MOUTH } from '../../presenter/pose.ts';
import { createPresenter } from '../../presenter/presenter.ts';
import { EYE, MOUTH_Y } from '../../presenter/relief.ts';
import { stageFor, toFace, toPicture } from '../../presenter/stage.ts';
import { mouthTruth } from '../../presenter/truth.ts';
import { createFrame, planes, type YuvFrame } from '../../worker/media/frame.ts';
import { correlation } from './correlation.ts';

const WIDTH = 640;
const HEIGHT = 480;
const presenter = createPresenter(WIDTH, HEIGHT);
const FACING_US = { x: 0, y: 0, roll: 0, yaw: 0, pitch: 0 };

function pose(mouth: Partial<MouthPose>, rest: Partial<PresenterPose> = {}): PresenterPose {
  const still = { head: FACING_US, blink: 0, gazeX: 0, gazeY: 0, browLift: 0, breath: 0, grain: 1 };
  return { ...still, mouth: { ...RESTING_MOUTH, ...mouth }, ...rest };
}

function draw(wanted: PresenterPose): YuvFrame {
  const frame = createFrame(WIDTH, HEIGHT);
  presenter.draw(wanted, frame);
  return frame;
}

/** Pixels of a box in cm of the face, as luma and red difference. */
function pixelsOf(
  frame: YuvFrame,
  left: number,
  top: number,
  right: number,
  bottom: number,
): { y: number; v: number }[] {
  const stage = stageFor(WIDTH, HEIGHT, FACING_US);
  const [x0, y0] = toPicture(stage, left, top).map(Math.round);
  const [x1, y1] = toPicture(stage, right, bottom).map(Math.round);
  const { y: luma, v } = planes(frame);
  const found: { y: number; v: number }[] = [];
  for (let y = y0; y <= y1; y++) {
    for (let x = x0; x <= x1; x++) {
      found.push({ y: luma[y * WIDTH + x], v: v[(y >> 1) * (WIDTH / 2) + (x >> 1)] });
    }
  }
  return found;
}

describe('the drawn mouth', () => {
  test('shows as much of dark and teeth as the opening asks for', () => {
    const openings = Array.from({ length: 15 }, (_, i) => i / 20);
    const seen = openings.map((opening) => {
      const inside = pixelsOf(draw(pose({ opening })), -0.8, MOUTH_Y - 1.2, 0.8, MOUTH_Y + 3);
      return inside.filter(({ y, v }) => y < 60 || (y > 130 && v < 142)).length;
    });
    const truth = openings.map((opening) => mouthTruth(pose({ opening }), WIDTH, HEIGHT).openingPixels);
    // The seam of shut lips is a dark line in places.
    expect(seen[0]).toBeLessThan(seen[14] / 100);
    expect(correlation(seen, truth)).toBeGreaterThan(0.95);
  });

  test('is shut by a closure and shows teeth over a bitten lip', () => {
    const teeth = (mouth: Partial<MouthPose>) =>
      pixelsOf(draw(pose(mouth)), -0.8, MOUTH_Y - 0.6, 0.8, MOUTH_Y + 1.2).filter(({ y, v }) => y > 120 && v < 144)
        .length;
    const dark = pixelsOf(draw(pose({ opening: 0.6, closure: 1 })), -0.8, MOUTH_Y - 1, 0.8, MOUTH_Y + 2);
    expect(dark.filter(({ y }) => y < 45).length).toBeLessThan(5);
    expect(teeth({})).toBe(0);
    expect(teeth({ teethOnLip: 1 })).toBeGreaterThan(20);
  });

  test('has a truth that grows with opening and width and ignores the other', () => {
    const truth = (mouth: Partial<MouthPose>) => mouthTruth(pose(mouth), WIDTH, HEIGHT);
    expect(truth({}).openingPixels).toBe(0);
    expect(truth({ opening: 0.6 }).openingPixels).toBeGreaterThan(1.9 * truth({ opening: 0.3 }).openingPixels);
    expect(truth({ width: -1 }).width).toBeLessThan(0.8 * truth({}).width);
    expect(truth({ width: 1 }).width).toBeGreaterThan(1.15 * truth({}).width);
    expect(truth({ opening: 0.5, closure: 1 }).openingPixels).toBe(0);
    const moved = mouthTruth(
      pose({ opening: 0.4 }, { head: { x: 0.4, y: 0.2, roll: 0.1, yaw: 0, pitch: 0 } }),
      WIDTH,
      HEIGHT,
    );
    expect(moved.opening).toBeCloseTo(truth({ opening: 0.4 }).opening, 5);
  });
});

describe('the drawn presenter', () => {
  test('is the same, byte for byte, for the same pose, and has other grain in another frame', () => {
    const first = draw(pose({ opening: 0.4 }));
    const other = draw(pose({ opening: 0.4 }, { grain: 2 }));
    expect(Buffer.compare(first.data, draw(pose({ opening: 0.4 })).data)).toBe(0);
    expect(Buffer.compare(first.data, other.data)).not.toBe(0);
  });

  test('stays within the limited range of video', () => {
    const { y, u, v } = planes(draw(pose({ opening: 0.7 })));
    for (const [plane, most] of [
      [y, 235],
      [u, 240],
      [v, 240],
    ] as const) {
      expect(plane.reduce((least, value) => Math.min(least, value), 255)).toBeGreaterThanOrEqual(16);
      expect(plane.reduce((greatest, value) => Math.max(greatest, value), 0)).toBeLessThanOrEqual(most);
    }
  });

  test('hides the whites of both eyes when it blinks', () => {
    for (const side of [-1, 1]) {
      const whites = (blink: number) =>
        pixelsOf(draw(pose({}, { blink })), side * EYE.x - 1.4, EYE.y - 0.7, side * EYE.x + 1.4, EYE.y + 0.45).filter(
          ({ y, v }) => y > 110 && Math.abs(v - 128) < 10,
        ).length;
      expect(whites(0)).toBeGreaterThan(60);
      expect(whites(1)).toBeLessThan(5);
    }
  });

  test('maps the face to the picture and back', () => {
    const stage = stageFor(WIDTH, HEIGHT, { x: 0.4, y: -0.2, roll: 0.04, yaw: 0.1, pitch: -0.06 });
    const back = new Float32Array(2);
    for (const [x, y] of [
      [0, 0],
      [-3.2, -2.5],
      [2.4, 4.3],
      [0, 9],
    ]) {
      toFace(stage, ...toPicture(stage, x, y), back);
      expect(Math.hypot(back[0] - x, back[1] - y) * stage.pixelsPerCm).toBeLessThan(0.15);
    }
  });

  test('is drawn at even sizes only, and only into frames of its size', () => {
    expect(() => createPresenter(641, 480)).toThrow(RangeError);
    expect(() => presenter.draw(pose({}), createFrame(320, 240))).toThrow(RangeError);
  });
});
