import fc from 'fast-check';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { convertToOnnx } from '../../../../worker/face/model/convert.ts';
import type { GraphNode, TfjsGraph, Weight } from '../../../../worker/face/model/tfjs-graph.ts';
import { convolve, type Picture, pictureOf, pool } from './naive-operators.ts';

/** A graph of an input and one node, whose further inputs are `constants`. */
function graphOf(shape: readonly number[], node: Partial<GraphNode>, constants: Record<string, Weight>): TfjsGraph {
  const blank = { name: '', op: '', inputs: [], strides: [], kernelSize: [], padding: '', fused: [], shape: [] };
  const nodes: GraphNode[] = [
    { ...blank, name: 'in', op: 'Placeholder', shape },
    { ...blank, name: 'op', inputs: ['in', ...Object.keys(constants)], ...node },
    // Back to pixels in TensorFlow's order, as the face models end too.
    { ...blank, name: 'out', op: 'Reshape', inputs: ['op', 'flat'] },
  ];
  const weights = new Map(Object.entries({ ...constants, flat: { shape: [2], data: Int32Array.of(1, -1) } }));
  return { nodes: new Map(nodes.map((each) => [each.name, each])), weights, input: 'in' };
}

async function run(graph: TfjsGraph, picture: Picture): Promise<Float32Array> {
  const session = await InferenceSession.create(convertToOnnx(graph, ['out']));
  const outputs = await session.run({
    in: new Tensor('float32', picture.data, [1, picture.height, picture.width, picture.channels]),
  });
  await session.release();
  const { data } = outputs.out;
  if (!(data instanceof Float32Array)) throw new TypeError('expected float32');
  return data;
}

function expectClose(actual: Float32Array, expected: Float32Array): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < actual.length; i++) expect(actual[i]).toBeCloseTo(expected[i], 4);
}

const small = fc.integer({ min: 1, max: 4 });
const layer = fc.record({
  height: fc.integer({ min: 5, max: 9 }),
  width: fc.integer({ min: 5, max: 9 }),
  channels: small,
  outputs: small,
  kernel: fc.integer({ min: 1, max: 5 }),
  stride: fc.integer({ min: 1, max: 3 }),
  padding: fc.constantFrom('SAME' as const, 'VALID' as const),
  seed: fc.integer({ min: 1, max: 1000 }),
});
const RUNS = { numRuns: 25 };

describe('the conversion to ONNX', () => {
  it('keeps what a fused convolution with bias and PReLU computes', async () => {
    await fc.assert(
      fc.asyncProperty(layer, async ({ height, width, channels, outputs, kernel, stride, padding, seed }) => {
        const picture = pictureOf(height, width, channels, seed);
        const weights = pictureOf(kernel * kernel, channels, outputs, seed + 1).data;
        const bias = pictureOf(1, 1, outputs, seed + 2).data;
        const slope = pictureOf(1, 1, outputs, seed + 3).data;
        const strides = [1, stride, stride, 1];
        const graph = graphOf(
          [1, height, width, channels],
          { op: '_FusedConv2D', strides, padding, fused: ['BiasAdd', 'Prelu'] },
          {
            weights: { shape: [kernel, kernel, channels, outputs], data: weights },
            bias: { shape: [outputs], data: bias },
            slope: { shape: [1, 1, outputs], data: slope },
          },
        );
        const plain = convolve(picture, { kernel, outputs, stride, padding, depthwise: false }, weights);
        const expected = plain.map((value, i) => {
          const sum = value + bias[i % outputs];
          return sum > 0 ? sum : sum * slope[i % outputs];
        });
        expectClose(await run(graph, picture), expected);
      }),
      RUNS,
    );
  });

  it('keeps what a depthwise convolution computes, with several kernels per channel too', async () => {
    await fc.assert(
      fc.asyncProperty(layer, async ({ height, width, channels, outputs, kernel, stride, padding, seed }) => {
        const picture = pictureOf(height, width, channels, seed);
        const weights = pictureOf(kernel * kernel, channels, outputs, seed + 1).data;
        const graph = graphOf(
          [1, height, width, channels],
          { op: 'DepthwiseConv2dNative', strides: [1, stride, stride, 1], padding },
          { weights: { shape: [kernel, kernel, channels, outputs], data: weights } },
        );
        const expected = convolve(picture, { kernel, outputs, stride, padding, depthwise: true }, weights);
        expectClose(await run(graph, picture), expected);
      }),
      RUNS,
    );
  });

  it('keeps what max pooling computes', async () => {
    await fc.assert(
      fc.asyncProperty(layer, async ({ height, width, channels, kernel, stride, padding, seed }) => {
        const picture = pictureOf(height, width, channels, seed);
        const graph = graphOf(
          [1, height, width, channels],
          { op: 'MaxPool', strides: [1, stride, stride, 1], kernelSize: [1, kernel, kernel, 1], padding },
          {},
        );
        expectClose(await run(graph, picture), pool(picture, kernel, stride, padding));
      }),
      RUNS,
    );
  });

  it('pads rows, columns and channels on the sides that the graph names', async () => {
    const picture = pictureOf(2, 2, 1, 5);
    const paddings = Int32Array.of(0, 0, 1, 0, 0, 1, 0, 1);
    const graph = graphOf([1, 2, 2, 1], { op: 'Pad' }, { paddings: { shape: [4, 2], data: paddings } });
    const [a, b, c, d] = picture.data;
    const empty = [0, 0, 0, 0, 0, 0];
    expect(await run(graph, picture)).toEqual(Float32Array.of(...empty, a, 0, b, 0, 0, 0, c, 0, d, 0, 0, 0));
  });

  it('adds a constant per channel', async () => {
    const picture = pictureOf(2, 3, 2, 7);
    const offset = { shape: [2], data: Float32Array.of(10, 20) };
    const graph = graphOf([1, 2, 3, 2], { op: 'AddV2' }, { offset });
    expectClose(
      await run(graph, picture),
      picture.data.map((value, i) => value + (i % 2 === 0 ? 10 : 20)),
    );
  });

  it('names an operator that it does not know', () => {
    const graph = graphOf([1, 2, 2, 1], { op: 'Softplus' }, {});
    expect(() => convertToOnnx(graph, ['out'])).toThrow('Softplus');
  });
});
