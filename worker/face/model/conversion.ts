import type { OnnxNode } from './onnx-format.ts';
import type { Weight } from './tfjs-graph.ts';

/** A value on its way through the converted graph: its ONNX name and its shape in TensorFlow's order, `[1, height, width, channels]`. */
export interface Value {
  readonly name: string;
  readonly shape: readonly number[];
}

/** What an operator's conversion may use: its inputs, constants, and a place to add ONNX nodes. */
export interface Conversion {
  value(producer: string): Value;
  weight(name: string): Weight;
  isWeight(name: string): boolean;
  /** Adds a constant and returns its name. */
  constant(shape: readonly number[], data: Float32Array | BigInt64Array): string;
  /** Adds a node and returns the name of its output. */
  node(operator: string, inputs: readonly string[], attributes?: OnnxNode['attributes']): string;
}
