import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blazeFaceAnchors } from '../../../worker/face/anchors.ts';
import { boxOverlap, type FaceDetection, mergeDetections, regionOfDetection } from '../../../worker/face/detection.ts';

/** A face of `size` with its eyes level, or tilted by `roll`. */
function detection(x: number, y: number, size: number, score: number, roll = 0): FaceDetection {
  const at = (across: number, down: number) => ({
    x: x + size * (across * Math.cos(roll) - down * Math.sin(roll)),
    y: y + size * (across * Math.sin(roll) + down * Math.cos(roll)),
  });
  return {
    box: { left: x - size / 2, top: y - size / 2, right: x + size / 2, bottom: y + size / 2 },
    keypoints: {
      rightEye: at(-0.2, -0.2),
      leftEye: at(0.2, -0.2),
      nose: at(0, 0),
      mouth: at(0, 0.2),
      rightEar: at(-0.4, -0.1),
      leftEar: at(0.4, -0.1),
    },
    score,
  };
}

describe('merging detections', () => {
  it('makes one face of those that overlap, their mean weighted by score', () => {
    const merged = mergeDetections([detection(110, 50, 40, 0.6), detection(100, 50, 40, 0.9)], 0.3);
    expect(merged).toHaveLength(1);
    expect(merged[0].score).toBe(0.9);
    expect((merged[0].box.left + merged[0].box.right) / 2).toBeCloseTo(104);
    expect(merged[0].keypoints.nose.x).toBeCloseTo(104);
  });

  it('keeps faces apart that do not overlap, the surest first', () => {
    const merged = mergeDetections([detection(0, 0, 40, 0.6), detection(100, 0, 40, 0.9)], 0.3);
    expect(merged.map((face) => face.score)).toEqual([0.9, 0.6]);
  });

  it('has nothing to merge twice', () => {
    const some = fc.array(
      fc.record({ x: fc.integer({ min: 0, max: 300 }), score: fc.double({ min: 0.5, max: 1, noNaN: true }) }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(some, (faces) => {
        const merged = mergeDetections(
          faces.map(({ x, score }) => detection(x, 0, 40, score)),
          0.3,
        );
        expect(merged.length > 0).toBe(faces.length > 0);
        const best = Math.max(...faces.map((face) => face.score), 0);
        if (merged.length > 0) expect(merged[0].score).toBe(best);
      }),
    );
  });

  it('measures overlap as the shared part of both boxes', () => {
    expect(boxOverlap(detection(0, 0, 10, 1), detection(5, 0, 10, 1))).toBeCloseTo(1 / 3);
    expect(boxOverlap(detection(0, 0, 10, 1), detection(20, 0, 10, 1))).toBe(0);
  });
});

describe('the region of a detection', () => {
  it('lies level with the eyes and has room around the face', () => {
    const region = regionOfDetection(detection(30, 40, 20, 1, 0.5));
    expect(region).toMatchObject({ x: 30, y: 40, size: 30 });
    expect(region.roll).toBeCloseTo(0.5);
  });
});

describe("BlazeFace's anchors", () => {
  it('are 512 on the fine grid and 384 on the coarse one, in the middle of their cells', () => {
    const anchors = blazeFaceAnchors(256);
    expect(anchors).toHaveLength(896 * 2);
    expect(Array.from(anchors.slice(0, 6))).toEqual([8, 8, 8, 8, 24, 8]);
    expect(Array.from(anchors.slice(2 * 512, 2 * 512 + 2))).toEqual([16, 16]);
    expect(Array.from(anchors.slice(-2))).toEqual([240, 240]);
  });
});
