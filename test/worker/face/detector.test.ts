import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { regionOfDetection } from '../../../worker/face/detection.ts';
import { FaceDetector } from '../../../worker/face/detector.ts';
import { LEFT_EYE_OUTER, NOSE_TIP, RIGHT_EYE_OUTER } from '../../../worker/face/landmark-indices.ts';
import { FaceMesh } from '../../../worker/face/mesh.ts';
import { type FaceModels, loadFaceModels } from '../../../worker/face/models.ts';
import { scene } from './drawn-scene.ts';

let models: FaceModels;
let detector: FaceDetector;
let mesh: FaceMesh;

beforeAll(async () => {
  models = await loadFaceModels();
  detector = new FaceDetector(models);
  mesh = new FaceMesh(models);
});

afterAll(async () => {
  await models[Symbol.asyncDispose]();
});

const presenter = { left: 0, top: 0, width: 480, height: 360 };

describe('the detector', () => {
  it('finds the presenter, eyes over nose over mouth inside the box', async () => {
    const [face, ...others] = await detector.detect(scene(480, 360, [presenter]));
    expect(others).toEqual([]);
    const { box, keypoints } = face;
    expect(face.score).toBeGreaterThan(0.7);
    expect(keypoints.rightEye.x).toBeLessThan(keypoints.leftEye.x);
    expect(keypoints.rightEye.y).toBeLessThan(keypoints.nose.y);
    expect(keypoints.nose.y).toBeLessThan(keypoints.mouth.y);
    for (const { x, y } of [keypoints.rightEye, keypoints.leftEye, keypoints.nose, keypoints.mouth]) {
      expect(x > box.left && x < box.right && y > box.top && y < box.bottom).toBe(true);
    }
  });

  it('finds both of two presenters', async () => {
    const faces = await detector.detect(scene(960, 360, [presenter, { ...presenter, left: 480 }]));
    expect(faces.map((face) => face.keypoints.nose.x > 480).sort()).toEqual([false, true]);
  });

  it('finds a face of thirty pixels in a picture of 1080 lines', async () => {
    const [face] = await detector.detect(scene(1920, 1080, [{ left: 900, top: 120, width: 96, height: 72 }]));
    expect(Math.abs(face.keypoints.nose.x - 948)).toBeLessThan(10);
    expect(Math.abs(face.box.right - face.box.left - 33)).toBeLessThan(12);
  });

  it('finds nobody where nobody is', async () => {
    expect(await detector.detect(scene(640, 360, []))).toEqual([]);
  });
});

describe('the mesh', () => {
  it('is sure of the presenter and agrees with the detector about eyes and nose', async () => {
    const frame = scene(480, 360, [presenter]);
    const [face] = await detector.detect(frame);
    const { points, presence } = await mesh.landmarks(frame, regionOfDetection(face));
    expect(presence).toBeGreaterThan(0.95);
    const at = (index: number) => ({ x: points[3 * index], y: points[3 * index + 1] });
    expect(Math.hypot(at(NOSE_TIP).x - face.keypoints.nose.x, at(NOSE_TIP).y - face.keypoints.nose.y)).toBeLessThan(15);
    expect(at(RIGHT_EYE_OUTER).x).toBeLessThan(face.keypoints.rightEye.x);
    expect(at(LEFT_EYE_OUTER).x).toBeGreaterThan(face.keypoints.leftEye.x);
  });

  it('puts the points in the same places through a turned, shifted and larger region', async () => {
    const frame = scene(480, 360, [presenter]);
    const [face] = await detector.detect(frame);
    const region = regionOfDetection(face);
    const straight = await mesh.landmarks(frame, region);
    const other = await mesh.landmarks(frame, {
      x: region.x + 6,
      y: region.y - 4,
      size: region.size * 1.1,
      roll: region.roll + 0.15,
    });
    for (const index of [RIGHT_EYE_OUTER, LEFT_EYE_OUTER, NOSE_TIP, 61, 291, 10, 152]) {
      const apart = Math.hypot(
        straight.points[3 * index] - other.points[3 * index],
        straight.points[3 * index + 1] - other.points[3 * index + 1],
      );
      expect(apart).toBeLessThan(0.04 * region.size);
    }
  });

  it('is not sure of an empty wall', async () => {
    const { presence } = await mesh.landmarks(scene(480, 360, []), { x: 240, y: 180, size: 200, roll: 0 });
    expect(presence).toBeLessThan(0.1);
  });
});
