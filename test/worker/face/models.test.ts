import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  DETECTOR_INPUT,
  DETECTOR_OUTPUTS,
  type FaceModels,
  loadFaceModels,
  MESH_INPUT,
  MESH_OUTPUTS,
} from '../../../worker/face/models.ts';

let models: FaceModels;

beforeAll(async () => {
  models = await loadFaceModels();
});

afterAll(async () => {
  await models[Symbol.asyncDispose]();
});

/** A picture that any language makes the same, seen by the model. */
async function outputsFor(session: InferenceSession, input: { name: string; size: number }, low: number, high: number) {
  const { name, size } = input;
  const pixels = Float32Array.from(
    { length: size * size * 3 },
    (_, i) => low + (high - low) * (0.5 + 0.5 * Math.sin(i * 0.37) * Math.cos(i * 0.0021)),
  );
  return session.run({ [name]: new Tensor('float32', pixels, [1, size, size, 3]) });
}

interface Golden {
  readonly length: number;
  readonly sum: number;
  readonly sumOfSquares: number;
  readonly values: Readonly<Record<number, number>>;
}

function expectGolden(tensor: InferenceSession.OnnxValueMapType[string], golden: Golden): void {
  const { data } = tensor;
  if (!(data instanceof Float32Array)) throw new TypeError('expected float32');
  expect(data).toHaveLength(golden.length);
  for (const [index, value] of Object.entries(golden.values)) expect(data[Number(index)]).toBeCloseTo(value, 3);
  const sumOfSquares = data.reduce((sum, value) => sum + value * value, 0);
  expect(data.reduce((sum, value) => sum + value, 0) / golden.sum).toBeCloseTo(1, 5);
  expect(sumOfSquares / golden.sumOfSquares).toBeCloseTo(1, 5);
}

// What TensorFlow.js 4.22 on its CPU backend makes of the same pictures.
describe('the converted models', () => {
  it('detect as TensorFlow.js does', async () => {
    const outputs = await outputsFor(models.detector, DETECTOR_INPUT, -1, 1);
    expectGolden(outputs[DETECTOR_OUTPUTS.fineScores], {
      length: 512,
      sum: -5717.99487,
      sumOfSquares: 208134.582,
      values: { 0: -3.5993, 1: -3.00668, 73: -2.59502, 256: -3.11089, 511: -3.41259 },
    });
    expectGolden(outputs[DETECTOR_OUTPUTS.coarseScores], {
      length: 384,
      sum: -3668.04005,
      sumOfSquares: 42897.7785,
      values: { 0: -3.63543, 54: -3.36213, 192: -4.01511, 383: -15.08202 },
    });
    expectGolden(outputs[DETECTOR_OUTPUTS.fineBoxes], {
      length: 512 * 16,
      sum: 26393.9378,
      sumOfSquares: 2182139.588,
      values: { 0: -3.33247, 2: 54.8464, 1170: 42.74105, 4096: -2.49939, 8191: -3.9331 },
    });
    expectGolden(outputs[DETECTOR_OUTPUTS.coarseBoxes], {
      length: 384 * 16,
      sum: 60398.4838,
      sumOfSquares: 9224534.073,
      values: { 0: 4.98096, 2: 93.08043, 2048: 5.52997, 6143: -9.55033 },
    });
  });

  it('place points as TensorFlow.js does', async () => {
    const outputs = await outputsFor(models.mesh, MESH_INPUT, 0, 1);
    expectGolden(outputs[MESH_OUTPUTS.points], {
      length: 1404,
      sum: 89046.4435,
      sumOfSquares: 9366779.286,
      values: { 0: 99.16085, 1: 117.39467, 2: -10.59887, 702: 26.3741, 1228: 118.72825, 1403: 9.58704 },
    });
    const presence = outputs[MESH_OUTPUTS.presence].data;
    expect(presence).toHaveLength(1);
    expect(presence[0]).toBeCloseTo(0.000142, 6);
  });
});
