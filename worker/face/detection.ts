import type { FaceRegion } from './region.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A face that the detector found, in pixels of the frame. Left and right are the person's own. */
export interface FaceDetection {
  /** Upright box from the brows to the chin. */
  readonly box: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };
  readonly keypoints: {
    readonly rightEye: Point;
    readonly leftEye: Point;
    readonly nose: Point;
    readonly mouth: Point;
    readonly rightEar: Point;
    readonly leftEar: Point;
  };
  /** 0 to 1. */
  readonly score: number;
}

/** MediaPipe gives FaceMesh the detector's box with a quarter of its size added on every side. */
const REGION_SCALE = 1.5;

/** The region in which the mesh looks for the points of a detected face, turned so that the eyes lie level. */
export function regionOfDetection({ box, keypoints }: FaceDetection): FaceRegion {
  const { leftEye, rightEye } = keypoints;
  return {
    x: (box.left + box.right) / 2,
    y: (box.top + box.bottom) / 2,
    size: Math.max(box.right - box.left, box.bottom - box.top) * REGION_SCALE,
    roll: Math.atan2(leftEye.y - rightEye.y, leftEye.x - rightEye.x),
  };
}

function area({ box }: FaceDetection): number {
  return (box.right - box.left) * (box.bottom - box.top);
}

/** Intersection over union of two boxes. */
export function boxOverlap(a: FaceDetection, b: FaceDetection): number {
  const width = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
  const height = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / (area(a) + area(b) - width * height);
}

/**
 * Merges detections of the same face: each group that overlaps its best member by more than `threshold` becomes the
 * mean of its members weighted by score, which is steadier than the best one alone (Bazarevsky et al. 2019).
 * Best first.
 */
export function mergeDetections(detections: readonly FaceDetection[], threshold: number): FaceDetection[] {
  let rest = [...detections].sort((a, b) => b.score - a.score);
  const merged: FaceDetection[] = [];
  while (rest.length > 0) {
    const best = rest[0];
    const group = rest.filter((other) => other === best || boxOverlap(best, other) > threshold);
    merged.push(weightedMean(group, best.score));
    rest = rest.filter((other) => !group.includes(other));
  }
  return merged;
}

function weightedMean(group: readonly FaceDetection[], score: number): FaceDetection {
  const total = group.reduce((sum, member) => sum + member.score, 0);
  const mean = (read: (member: FaceDetection) => number) =>
    group.reduce((sum, member) => sum + read(member) * member.score, 0) / total;
  const point = (name: keyof FaceDetection['keypoints']): Point => ({
    x: mean((member) => member.keypoints[name].x),
    y: mean((member) => member.keypoints[name].y),
  });
  return {
    box: {
      left: mean((member) => member.box.left),
      top: mean((member) => member.box.top),
      right: mean((member) => member.box.right),
      bottom: mean((member) => member.box.bottom),
    },
    keypoints: {
      rightEye: point('rightEye'),
      leftEye: point('leftEye'),
      nose: point('nose'),
      mouth: point('mouth'),
      rightEar: point('rightEar'),
      leftEar: point('leftEar'),
    },
    score,
  };
}
