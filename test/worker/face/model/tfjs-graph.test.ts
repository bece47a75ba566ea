import { describe, expect, it } from 'vitest';
import { parseTfjsGraph } from '../../../../worker/face/model/tfjs-graph.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

const topology = {
  modelTopology: {
    node: [
      { name: 'picture', op: 'Placeholder', attr: { shape: { shape: { dim: [{ size: '-1' }, { size: '8' }] } } } },
      { name: 'kernel', op: 'Const', attr: { value: { tensor: { dtype: 'DT_FLOAT' } } } },
      {
        name: 'conv',
        op: '_FusedConv2D',
        input: ['picture:0', 'kernel', '^picture'],
        attr: {
          strides: { list: { i: ['1', '2', '2', '1'] } },
          padding: { s: base64('SAME') },
          fused_ops: { list: { s: [base64('BiasAdd'), base64('Relu')] } },
        },
      },
    ],
  },
  weightsManifest: [
    {
      weights: [
        { name: 'half', shape: [2], dtype: 'float32', quantization: { dtype: 'float16' } },
        { name: 'whole', shape: [1, 2], dtype: 'int32' },
        { name: 'full', shape: [1], dtype: 'float32' },
      ],
    },
  ],
};

function binary(): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(16));
  bytes.setUint16(0, 0x3c00, true);
  bytes.setUint16(2, 0xc000, true);
  bytes.setInt32(4, -1, true);
  bytes.setInt32(8, 512, true);
  bytes.setFloat32(12, 0.25, true);
  return new Uint8Array(bytes.buffer);
}

describe('a TensorFlow.js graph', () => {
  it('is read with its attributes decoded and its references reduced to node names', () => {
    const graph = parseTfjsGraph(topology, binary());
    expect(graph.input).toBe('picture');
    expect(graph.nodes.get('picture')?.shape).toEqual([1, 8]);
    expect(graph.nodes.get('conv')).toMatchObject({
      inputs: ['picture', 'kernel', 'picture'],
      strides: [1, 2, 2, 1],
      padding: 'SAME',
      fused: ['BiasAdd', 'Relu'],
    });
  });

  it('holds its weights as numbers, half precision widened', () => {
    const { weights } = parseTfjsGraph(topology, binary());
    expect(weights.get('half')).toEqual({ shape: [2], data: Float32Array.of(1, -2) });
    expect(weights.get('whole')).toEqual({ shape: [1, 2], data: Int32Array.of(-1, 512) });
    expect(weights.get('full')).toEqual({ shape: [1], data: Float32Array.of(0.25) });
  });

  it('is refused when the weights are longer than their list', () => {
    expect(() => parseTfjsGraph(topology, new Uint8Array(20))).toThrow('The weights hold 20 bytes, not 16.');
  });

  it('is refused when it has no input', () => {
    const node = topology.modelTopology.node.slice(1);
    expect(() => parseTfjsGraph({ ...topology, modelTopology: { node } }, binary())).toThrow('no input');
  });
});
