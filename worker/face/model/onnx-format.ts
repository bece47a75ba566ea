import protobuf from 'protobufjs';

/** The part of ONNX that our graphs need (onnx.proto3 of the ONNX project, field numbers as published there). */
const repeated = 'repeated' as const;
const onnx = protobuf.Root.fromJSON({
  nested: {
    ModelProto: {
      fields: {
        irVersion: { type: 'int64', id: 1 },
        graph: { type: 'GraphProto', id: 7 },
        opsetImport: { rule: repeated, type: 'OperatorSetIdProto', id: 8 },
      },
    },
    OperatorSetIdProto: { fields: { domain: { type: 'string', id: 1 }, version: { type: 'int64', id: 2 } } },
    GraphProto: {
      fields: {
        node: { rule: repeated, type: 'NodeProto', id: 1 },
        name: { type: 'string', id: 2 },
        initializer: { rule: repeated, type: 'TensorProto', id: 5 },
        input: { rule: repeated, type: 'ValueInfoProto', id: 11 },
        output: { rule: repeated, type: 'ValueInfoProto', id: 12 },
      },
    },
    NodeProto: {
      fields: {
        input: { rule: repeated, type: 'string', id: 1 },
        output: { rule: repeated, type: 'string', id: 2 },
        name: { type: 'string', id: 3 },
        opType: { type: 'string', id: 4 },
        attribute: { rule: repeated, type: 'AttributeProto', id: 5 },
      },
    },
    AttributeProto: {
      fields: {
        name: { type: 'string', id: 1 },
        i: { type: 'int64', id: 3 },
        ints: { rule: repeated, type: 'int64', id: 8 },
        type: { type: 'int32', id: 20 },
      },
    },
    TensorProto: {
      fields: {
        dims: { rule: repeated, type: 'int64', id: 1 },
        dataType: { type: 'int32', id: 2 },
        name: { type: 'string', id: 8 },
        rawData: { type: 'bytes', id: 9 },
      },
    },
    ValueInfoProto: { fields: { name: { type: 'string', id: 1 }, type: { type: 'TypeProto', id: 2 } } },
    TypeProto: { fields: { tensorType: { type: 'TensorTypeProto', id: 1 } } },
    TensorTypeProto: {
      fields: { elemType: { type: 'int32', id: 1 }, shape: { type: 'TensorShapeProto', id: 2 } },
    },
    TensorShapeProto: { fields: { dim: { rule: repeated, type: 'DimensionProto', id: 1 } } },
    DimensionProto: { fields: { dimValue: { type: 'int64', id: 1 } } },
  },
});
const modelType = onnx.lookupType('ModelProto');

const FLOAT = 1;
const INT64 = 7;
const ATTRIBUTE_INT = 2;
const ATTRIBUTE_INTS = 7;
const IR_VERSION = 8;
/** The first operator set whose Pad, Reshape and PRelu have the form that we write; every ONNX Runtime since 1.8 knows it. */
const OPSET_VERSION = 13;

export interface OnnxNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: Readonly<Record<string, number | readonly number[]>>;
}

export interface OnnxInitializer {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxInitializer[];
  readonly input: { readonly name: string; readonly shape: readonly number[] };
  readonly outputs: readonly string[];
}

/** The bytes of an ONNX model file, float32 in and out. */
export function encodeOnnxModel(graph: OnnxGraph): Uint8Array {
  const message = modelType.fromObject({
    irVersion: IR_VERSION,
    opsetImport: [{ domain: '', version: OPSET_VERSION }],
    graph: {
      name: 'graph',
      node: graph.nodes.map((node) => ({
        opType: node.operator,
        name: node.output,
        input: node.inputs,
        output: [node.output],
        attribute: Object.entries(node.attributes).map(([name, value]) =>
          typeof value === 'number'
            ? { name, type: ATTRIBUTE_INT, i: value }
            : { name, type: ATTRIBUTE_INTS, ints: value },
        ),
      })),
      initializer: graph.initializers.map(({ name, shape, data }) => ({
        name,
        dims: shape,
        dataType: data instanceof Float32Array ? FLOAT : INT64,
        rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      })),
      input: [
        {
          name: graph.input.name,
          type: {
            tensorType: { elemType: FLOAT, shape: { dim: graph.input.shape.map((dimValue) => ({ dimValue })) } },
          },
        },
      ],
      output: graph.outputs.map((name) => ({ name, type: { tensorType: { elemType: FLOAT } } })),
    },
  });
  return modelType.encode(message).finish();
}
