// A graph as an ONNX file in memory. Weights are not in it: initializers name a file, an offset and a
// length, and the runtime maps them from there. What makes numbers of those bytes stands in the graph (see
// `binding.ts`).
// Field numbers: onnx.proto3 of ONNX 1.19, IR version 10.
import {
  blockGemm,
  declareWeight,
  gemmWeights,
  type Initializer,
  type WeightBinding,
} from "./binding.js";
import { ProtobufWriter } from "./protobuf.js";
import type { Attribute, Dim, Graph, GraphInput, GraphNode } from "./graph.js";
import { onnxType } from "./types.js";

/** @param bind - how the tensor of a checkpoint key is made; asked once a key */
export function encode(graph: Graph, bind: (key: string) => WeightBinding): Uint8Array {
  return new ProtobufWriter()
    .varint(1, 10) // ir_version
    .string(2, "makeanything-mcp")
    .message(7, (g) => writeGraph(g, graph, bind))
    .message(8, (opset) => opset.string(1, "").varint(2, 21))
    .message(8, (opset) => opset.string(1, "com.microsoft").varint(2, 1))
    .finish();
}

function writeGraph(
  writer: ProtobufWriter,
  graph: Graph,
  bind: (key: string) => WeightBinding,
): void {
  writer.string(2, "graph");
  const bindings = new Map([...graph.weights.keys()].map((key) => [key, bind(key)]));
  for (const [key, shape] of graph.weights) {
    const type = graph.halves.get(key);
    const { initializers, nodes } = declareWeight(key, shape, bindings.get(key)!, type);
    for (const initializer of initializers)
      writer.message(5, (tensor) => writeInitializer(tensor, initializer));
    for (const node of nodes) writeNode(writer, node);
  }
  for (const constant of graph.constants)
    writer.message(5, (tensor) => {
      for (const size of constant.dims) tensor.int64(1, size);
      const { buffer, byteOffset, byteLength } = constant.data;
      tensor
        .varint(2, onnxType[constant.type])
        .string(8, constant.name)
        .bytes(9, new Uint8Array(buffer, byteOffset, byteLength));
    });
  const matrices = gemmWeights(graph);
  for (const node of graph.nodes) {
    const key = node.inputs[1] ?? "";
    const binding = bindings.get(key);
    writeNode(
      writer,
      binding?.kind === "blocks" && matrices.has(key)
        ? blockGemm(node, binding, graph.weights.get(key)!)
        : node,
    );
  }
  for (const input of graph.inputs) writer.message(11, (info) => writeInput(info, input));
  for (const output of graph.outputs)
    writer.message(12, (info) =>
      info
        .string(1, output)
        .message(2, (type) => type.message(1, (tensor) => tensor.varint(1, onnxType.F32))),
    );
}

function writeInitializer(
  tensor: ProtobufWriter,
  { name, dims, dtype, file, offset, length }: Initializer,
): void {
  for (const size of dims) tensor.int64(1, size);
  tensor.varint(2, onnxType[dtype]).string(8, name);
  for (const [entry, value] of Object.entries({ location: file, offset, length }))
    tensor.message(13, (pair) => pair.string(1, entry).string(2, String(value)));
  tensor.varint(14, 1); // data_location: external
}

function writeInput(writer: ProtobufWriter, { name, type, dims }: GraphInput): void {
  const writeDim = (dim: Dim) => (dimension: ProtobufWriter) =>
    typeof dim === "number" ? dimension.int64(1, dim) : dimension.string(2, dim);
  writer.string(1, name).message(2, (info) =>
    info.message(1, (tensor) =>
      tensor.varint(1, onnxType[type]).message(2, (shape) => {
        for (const dim of dims) shape.message(1, writeDim(dim));
      }),
    ),
  );
}

function writeNode(writer: ProtobufWriter, node: GraphNode): void {
  writer.message(1, (message) => {
    for (const input of node.inputs) message.string(1, input);
    for (const output of node.outputs) message.string(2, output);
    message.string(3, node.outputs[0] ?? "").string(4, node.op);
    for (const [name, value] of Object.entries(node.attributes))
      message.message(5, (attribute) => writeAttribute(attribute.string(1, name), value));
    if (node.domain !== "") message.string(7, node.domain);
  });
}

/** Whole numbers are ints in ONNX; `{ float }` says that a number is not. */
function writeAttribute(writer: ProtobufWriter, value: Attribute): void {
  if (typeof value === "number") writer.int64(3, value).varint(20, 2);
  else if (typeof value === "string")
    writer.bytes(4, new TextEncoder().encode(value)).varint(20, 3);
  else if ("float" in value) writer.float(2, value.float).varint(20, 1);
  else {
    for (const item of value) writer.int64(8, item);
    writer.varint(20, 7);
  }
}
