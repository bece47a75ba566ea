import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { float16ToFloat32 } from './float16.ts';

/** A constant of the graph: `shape` is in TensorFlow's order (NHWC for pictures, HWIO for kernels). */
export interface Weight {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

export interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly strides: readonly number[];
  readonly kernelSize: readonly number[];
  readonly padding: string;
  /** What TensorFlow folded into a convolution, in order of execution: BiasAdd, Relu, Prelu. */
  readonly fused: readonly string[];
  /** Of a Placeholder: the shape of the picture, `[1, height, width, channels]`. */
  readonly shape: readonly number[];
}

/** A TensorFlow.js graph model: nodes by name, constants by name, and the name of its one input. */
export interface TfjsGraph {
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly weights: ReadonlyMap<string, Weight>;
  readonly input: string;
}

const base64 = z.string().transform((text) => Buffer.from(text, 'base64').toString('latin1'));
const integers = z.object({ list: z.object({ i: z.array(z.coerce.number()) }) });
const attributesSchema = z.object({
  strides: integers.optional(),
  ksize: integers.optional(),
  padding: z.object({ s: base64 }).optional(),
  fused_ops: z.object({ list: z.object({ s: z.array(base64).optional() }) }).optional(),
  shape: z.object({ shape: z.object({ dim: z.array(z.object({ size: z.coerce.number() })) }) }).optional(),
});
const modelSchema = z.object({
  modelTopology: z.object({
    node: z.array(
      z.object({
        name: z.string(),
        op: z.string(),
        input: z.array(z.string()).default([]),
        attr: z.unknown().optional(),
      }),
    ),
  }),
  weightsManifest: z.array(
    z.object({
      weights: z.array(
        z.object({
          name: z.string(),
          shape: z.array(z.number()),
          dtype: z.enum(['float32', 'int32']),
          quantization: z.object({ dtype: z.literal('float16') }).optional(),
        }),
      ),
    }),
  ),
});
type Manifest = z.infer<typeof modelSchema>['weightsManifest'];

/** Reads a graph from its topology (`.json`) and weights (`.bin`). Throws a ZodError when the topology isn't one. */
export async function readTfjsGraph(topologyPath: string, weightsPath: string): Promise<TfjsGraph> {
  const [topology, binary] = await Promise.all([readFile(topologyPath, 'utf8'), readFile(weightsPath)]);
  return parseTfjsGraph(JSON.parse(topology), binary);
}

export function parseTfjsGraph(topology: unknown, binary: Uint8Array): TfjsGraph {
  const model = modelSchema.parse(topology);
  const nodes = new Map<string, GraphNode>();
  for (const { name, op, input, attr } of model.modelTopology.node) {
    // Constants carry their values in attributes of other shapes; those come from the manifest instead.
    const attributes = op === 'Const' ? {} : attributesSchema.parse(attr ?? {});
    nodes.set(name, {
      name,
      op,
      inputs: input.map(producerName),
      strides: attributes.strides?.list.i ?? [],
      kernelSize: attributes.ksize?.list.i ?? [],
      padding: attributes.padding?.s ?? '',
      fused: attributes.fused_ops?.list.s ?? [],
      shape: attributes.shape?.shape.dim.map((dimension) => Math.max(1, dimension.size)) ?? [],
    });
  }
  const input = [...nodes.values()].find((node) => node.op === 'Placeholder');
  if (!input) throw new Error('The graph has no input.');
  return { nodes, weights: readWeights(model.weightsManifest, binary), input: input.name };
}

/** `name:0` is a node's first output and `^name` an ordering without data; both mean the node. */
function producerName(reference: string): string {
  return reference.replace(/^\^/, '').replace(/:0$/, '');
}

function readWeights(manifest: Manifest, binary: Uint8Array): Map<string, Weight> {
  const weights = new Map<string, Weight>();
  const view = new DataView(binary.buffer, binary.byteOffset, binary.byteLength);
  let offset = 0;
  for (const { name, shape, dtype, quantization } of manifest.flatMap((group) => group.weights)) {
    const count = shape.reduce((product, size) => product * size, 1);
    const data = dtype === 'int32' ? new Int32Array(count) : new Float32Array(count);
    for (let i = 0; i < count; i++) {
      if (quantization) data[i] = float16ToFloat32(view.getUint16(offset + 2 * i, true));
      else data[i] = dtype === 'int32' ? view.getInt32(offset + 4 * i, true) : view.getFloat32(offset + 4 * i, true);
    }
    offset += count * (quantization ? 2 : 4);
    weights.set(name, { shape, data });
  }
  if (offset !== binary.byteLength) throw new Error(`The weights hold ${binary.byteLength} bytes, not ${offset}.`);
  return weights;
}
