import type { Conversion, Value } from './conversion.ts';
import type { GraphNode, Weight } from './tfjs-graph.ts';

type Operator = (node: GraphNode, conversion: Conversion) => Value;

/** How each TensorFlow operator of the face models is said in ONNX. */
export const operators: Readonly<Record<string, Operator>> = {
  Placeholder: (node, conversion) => ({
    name: conversion.node('Transpose', [node.name], { perm: [0, 3, 1, 2] }),
    shape: node.shape,
  }),
  Identity: (node, conversion) => conversion.value(node.inputs[0]),
  _FusedConv2D: (node, conversion) => convolution(node, conversion, false),
  Conv2D: (node, conversion) => convolution(node, conversion, false),
  DepthwiseConv2dNative: (node, conversion) => convolution(node, conversion, true),
  AddV2: addition,
  Relu: elementwise('Relu'),
  Sigmoid: elementwise('Sigmoid'),
  Prelu(node, conversion) {
    const input = conversion.value(node.inputs[0]);
    const slope = perChannel(conversion, conversion.weight(node.inputs[1]));
    return { name: conversion.node('PRelu', [input.name, slope]), shape: input.shape };
  },
  MaxPool: maxPool,
  Pad: pad,
  Reshape: reshape,
};

function elementwise(operator: string): Operator {
  return (node, conversion) => {
    const input = conversion.value(node.inputs[0]);
    return { name: conversion.node(operator, [input.name]), shape: input.shape };
  };
}

function convolution(node: GraphNode, conversion: Conversion, depthwise: boolean): Value {
  const input = conversion.value(node.inputs[0]);
  const weight = conversion.weight(node.inputs[1]);
  const [height, width, inputChannels, multiplicity] = weight.shape;
  const window = slidingWindow(input.shape, [height, width], node.strides.slice(1, 3), node.padding);
  const kernel = depthwise ? depthwiseKernel(weight) : kernelToOihw(weight);
  const constants = node.inputs.slice(2);

  const inputs = [input.name, conversion.constant(kernel.shape, kernel.data)];
  if (node.fused[0] === 'BiasAdd') {
    const bias = conversion.weight(constants.shift() ?? '');
    inputs.push(conversion.constant([bias.data.length], Float32Array.from(bias.data)));
  }
  let name = conversion.node('Conv', inputs, {
    kernel_shape: [height, width],
    strides: window.strides,
    pads: window.pads,
    group: depthwise ? inputChannels : 1,
  });
  for (const fused of node.fused.slice(node.fused[0] === 'BiasAdd' ? 1 : 0)) {
    if (fused === 'Relu') name = conversion.node('Relu', [name]);
    else if (fused === 'Prelu') {
      const slope = perChannel(conversion, conversion.weight(constants.shift() ?? ''));
      name = conversion.node('PRelu', [name, slope]);
    } else throw new Error(`The graph fuses ${fused} into a convolution, which has no conversion.`);
  }
  const channels = depthwise ? inputChannels * multiplicity : multiplicity;
  return { name, shape: [1, ...window.outputSize, channels] };
}

/** TensorFlow keeps kernels as height, width, input, output; ONNX as output, input, height, width. */
function kernelToOihw({ shape, data }: Weight): { shape: number[]; data: Float32Array } {
  const [height, width, inputs, outputs] = shape;
  const kernel = new Float32Array(data.length);
  for (let source = 0, place = 0; place < height * width; place++) {
    for (let input = 0; input < inputs; input++) {
      for (let output = 0; output < outputs; output++) {
        kernel[(output * inputs + input) * height * width + place] = data[source++];
      }
    }
  }
  return { shape: [outputs, inputs, height, width], data: kernel };
}

/** TensorFlow's depthwise kernels are height, width, channel, multiplier; ONNX sees one group per channel. */
function depthwiseKernel({ shape, data }: Weight): { shape: number[]; data: Float32Array } {
  const [height, width, channels, multiplier] = shape;
  const flat = kernelToOihw({ shape: [height, width, 1, channels * multiplier], data });
  return { shape: [channels * multiplier, 1, height, width], data: flat.data };
}

interface SlidingWindow {
  readonly strides: readonly number[];
  /** Top, left, bottom, right. */
  readonly pads: readonly number[];
  readonly outputSize: readonly number[];
}

/** SAME pads so that the output is the input's size over the stride, the odd pixel at the end; VALID doesn't pad. */
function slidingWindow(
  shape: readonly number[],
  kernel: readonly number[],
  strides: readonly number[],
  padding: string,
): SlidingWindow {
  const axes = kernel.map((size, axis) => {
    const stride = strides[axis];
    const length = shape[axis + 1];
    if (padding === 'VALID') return { output: Math.floor((length - size) / stride) + 1, before: 0, after: 0 };
    if (padding !== 'SAME') throw new Error(`The graph pads with ${padding}, which has no conversion.`);
    const output = Math.ceil(length / stride);
    const total = Math.max(0, (output - 1) * stride + size - length);
    return { output, before: Math.floor(total / 2), after: Math.ceil(total / 2) };
  });
  return {
    strides,
    pads: [...axes.map((axis) => axis.before), ...axes.map((axis) => axis.after)],
    outputSize: axes.map((axis) => axis.output),
  };
}

function perChannel(conversion: Conversion, { data }: Weight): string {
  return conversion.constant([data.length, 1, 1], Float32Array.from(data));
}

function addition(node: GraphNode, conversion: Conversion): Value {
  const [first, second] = node.inputs.map((input) =>
    conversion.isWeight(input)
      ? { name: perChannel(conversion, conversion.weight(input)), shape: [] }
      : conversion.value(input),
  );
  const name = conversion.node('Add', [first.name, second.name]);
  return { name, shape: first.shape.length > 0 ? first.shape : second.shape };
}

function maxPool(node: GraphNode, conversion: Conversion): Value {
  const input = conversion.value(node.inputs[0]);
  const kernel = node.kernelSize.slice(1, 3);
  const window = slidingWindow(input.shape, kernel, node.strides.slice(1, 3), node.padding);
  const name = conversion.node('MaxPool', [input.name], {
    kernel_shape: kernel,
    strides: window.strides,
    pads: window.pads,
  });
  return { name, shape: [1, ...window.outputSize, input.shape[3]] };
}

function pad(node: GraphNode, conversion: Conversion): Value {
  const input = conversion.value(node.inputs[0]);
  // [axis][before, after] for N, H, W, C
  const { data } = conversion.weight(node.inputs[1]);
  const [beforeRows, afterRows, beforeColumns, afterColumns, beforeChannels, afterChannels] = data.slice(2);
  const pads = [0, beforeChannels, beforeRows, beforeColumns, 0, afterChannels, afterRows, afterColumns];
  const name = conversion.node('Pad', [input.name, int64Constant(conversion, pads)]);
  return { name, shape: input.shape.map((size, axis) => size + data[2 * axis] + data[2 * axis + 1]) };
}

function reshape(node: GraphNode, conversion: Conversion): Value {
  const input = conversion.value(node.inputs[0]);
  const shape = Array.from(conversion.weight(node.inputs[1]).data);
  // Values are read in TensorFlow's order, so the picture turns back to NHWC first.
  const picture = conversion.node('Transpose', [input.name], { perm: [0, 2, 3, 1] });
  return { name: conversion.node('Reshape', [picture, int64Constant(conversion, shape)]), shape };
}

function int64Constant(conversion: Conversion, numbers: readonly number[]): string {
  return conversion.constant([numbers.length], BigInt64Array.from(numbers, BigInt));
}
