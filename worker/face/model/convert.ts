import type { Conversion, Value } from './conversion.ts';
import { encodeOnnxModel, type OnnxInitializer, type OnnxNode } from './onnx-format.ts';
import { operators } from './operators.ts';
import type { TfjsGraph } from './tfjs-graph.ts';

/**
 * Converts a TensorFlow.js graph to the bytes of an ONNX model that computes `outputs` (node names of the graph, also
 * the names of the model's outputs) from a float32 picture `[1, height, width, channels]`. Inside, pictures travel as
 * NCHW, as ONNX wants them. Nodes that no output needs are left out. Throws on an operator that isn't known.
 */
export function convertToOnnx(graph: TfjsGraph, outputs: readonly string[]): Uint8Array {
  const nodes: OnnxNode[] = [];
  const initializers: OnnxInitializer[] = [];
  const values = new Map<string, Value>();

  const conversion: Conversion = {
    value(producer) {
      const known = values.get(producer);
      if (known) return known;
      const node = graph.nodes.get(producer);
      const convert = node && operators[node.op];
      if (!convert) throw new Error(`The graph uses ${node?.op ?? producer}, which has no conversion.`);
      const value = convert(node, conversion);
      values.set(producer, value);
      return value;
    },
    weight(name) {
      const weight = graph.weights.get(name);
      if (!weight) throw new Error(`The graph has no constant ${name}.`);
      return weight;
    },
    isWeight: (name) => graph.weights.has(name),
    constant(shape, data) {
      const name = `constant_${initializers.length}`;
      initializers.push({ name, shape, data });
      return name;
    },
    node(operator, inputs, attributes = {}) {
      const output = `value_${nodes.length}`;
      nodes.push({ operator, inputs, output, attributes });
      return output;
    },
  };

  for (const output of outputs) {
    const { name } = conversion.value(output);
    nodes.push({ operator: 'Identity', inputs: [name], output, attributes: {} });
  }
  const { shape } = graph.nodes.get(graph.input) ?? { shape: [] };
  return encodeOnnxModel({ nodes, initializers, input: { name: graph.input, shape }, outputs });
}
