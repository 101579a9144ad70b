// A graph as an ONNX file in memory. Weights are not in it: initializers name a file, an offset and a
// length, and the runtime maps them from there. Those stored as 16-bit floats pass a Cast, which the
// CPU folds when the session is made.
// Field numbers: onnx.proto3 of ONNX 1.19, IR version 10.
import { ProtobufWriter } from "./protobuf.js";
import type { Attribute, Dim, Graph, GraphInput, GraphNode } from "./graph.js";

/** ONNX's numbers of the types that appear here. */
const onnxType = { F32: 1, I64: 7, F16: 10, BF16: 16 } as const;
export type WeightType = "F32" | "F16" | "BF16";

/** Where a weight's bytes lie. */
export interface WeightLocation {
  dtype: WeightType;
  /** relative to the session's external-data root */
  file: string;
  /** bytes from the file's beginning */
  offset: number;
  length: number;
}

/** @param locate - where the tensor of a checkpoint key lies; asked once a key */
export function encode(graph: Graph, locate: (key: string) => WeightLocation): Uint8Array {
  return new ProtobufWriter()
    .varint(1, 10) // ir_version
    .string(2, "makeanything-mcp")
    .message(7, (g) => writeGraph(g, graph, locate))
    .message(8, (opset) => opset.string(1, "").varint(2, 21))
    .message(8, (opset) => opset.string(1, "com.microsoft").varint(2, 1))
    .finish();
}

function writeGraph(
  writer: ProtobufWriter,
  graph: Graph,
  locate: (key: string) => WeightLocation,
): void {
  writer.string(2, "graph");
  for (const [key, shape] of graph.weights) {
    const location = locate(key);
    const stored = location.dtype === "F32" ? key : `${key}@${location.dtype}`;
    writer.message(5, (tensor) => {
      for (const size of shape) tensor.int64(1, size);
      tensor.varint(2, onnxType[location.dtype]).string(8, stored);
      for (const [name, value] of [
        ["location", location.file],
        ["offset", location.offset],
        ["length", location.length],
      ] as const)
        tensor.message(13, (entry) => entry.string(1, name).string(2, String(value)));
      tensor.varint(14, 1); // data_location: external
    });
    if (stored !== key)
      writeNode(writer, {
        op: "Cast",
        domain: "",
        inputs: [stored],
        outputs: [key],
        attributes: { to: onnxType.F32 },
      });
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
  for (const node of graph.nodes) writeNode(writer, node);
  for (const input of graph.inputs) writer.message(11, (info) => writeInput(info, input));
  for (const output of graph.outputs)
    writer.message(12, (info) =>
      info
        .string(1, output)
        .message(2, (type) => type.message(1, (tensor) => tensor.varint(1, onnxType.F32))),
    );
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
