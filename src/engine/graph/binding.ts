// How the tensor of a checkpoint key comes out of bytes that stay as they are: pieces of files, cast,
// scaled and joined by nodes which the CPU folds when the session is made; or blocks of few bits with a
// scale each, which the runtime multiplies without unpacking them.
import type { Graph, GraphNode } from "./graph.js";
import { onnxType, type FloatType } from "./types.js";

export type WeightType = "F32" | "F16" | "BF16" | "F8_E4M3" | "F8_E5M2" | "U8";

/** Where bytes lie. */
export interface WeightLocation {
  dtype: WeightType;
  /** relative to the session's external-data root */
  file: string;
  /** bytes from the file's beginning */
  offset: number;
  length: number;
}

/** Some rows of a tensor: the stored values, times their scale where they have one. */
export interface WeightPart extends WeightLocation {
  shape: readonly number[];
  /** one number */
  scale?: WeightPart;
}

/** Matrix [N, K] in blocks of 32 along its rows: value = (quant − zero point) · scale. */
export interface BlockBinding {
  kind: "blocks";
  bits: 4 | 8;
  /** U8 [N, K/32, bytes a block]; of 4 bits the lower half of a byte comes first */
  quants: WeightPart;
  /** [N, K/32] */
  scales: WeightPart;
  /** [N, K/32]; absent: 2^(bits − 1) */
  zeroPoints?: WeightPart;
}

export type WeightBinding = { kind: "parts"; parts: readonly WeightPart[] } | BlockBinding;

/** Bytes of a file under a name in the graph. */
export interface Initializer extends WeightLocation {
  name: string;
  dims: readonly number[];
}

export interface Declaration {
  initializers: Initializer[];
  nodes: GraphNode[];
}

export const BLOCK_SIZE = 32;

/**
 * @param shape - of the whole tensor, as the graph uses it
 * @param type - what the graph computes with there
 */
export function declareWeight(
  key: string,
  shape: readonly number[],
  binding: WeightBinding,
  type: FloatType = "F32",
): Declaration {
  if (binding.kind === "blocks") {
    const { quants, scales, zeroPoints } = binding;
    return joined(
      declarePart(quantsOf(key), quants, quants.shape, type),
      declarePart(scalesOf(key), scales, scales.shape, type),
      ...(zeroPoints === undefined
        ? []
        : [declarePart(zeroPointsOf(key), zeroPoints, zeroPoints.shape, type)]),
    );
  }
  const [first, ...others] = binding.parts;
  if (first !== undefined && others.length === 0) return declarePart(key, first, shape, type);
  const names = binding.parts.map((_, i) => `${key}@${i}`);
  const parts = binding.parts.map((part, i) => declarePart(names[i]!, part, part.shape, type));
  const concat = { nodes: [node("Concat", names, key, { axis: 0 })], initializers: [] };
  return joined(...parts, concat);
}

/** Of the wanted type whatever is stored; the numbers of blocks stay what they are. */
function declarePart(
  name: string,
  part: WeightPart,
  dims: readonly number[],
  type: FloatType,
): Declaration {
  const { dtype, file, offset, length, scale } = part;
  const isPlain = dtype === type || dtype === "U8";
  if (isPlain && scale === undefined)
    return { initializers: [{ name, dims, dtype, file, offset, length }], nodes: [] };
  const stored = `${name}@${dtype}`;
  const initializers = [{ name: stored, dims, dtype, file, offset, length }];
  if (scale === undefined) return { initializers, nodes: [castNode(stored, name, type)] };
  const values = isPlain ? stored : `${name}@unscaled`;
  return joined(
    { initializers, nodes: isPlain ? [] : [castNode(stored, values, type)] },
    declarePart(`${name}@scale`, scale, [], type),
    { initializers: [], nodes: [node("Mul", [values, `${name}@scale`], name)] },
  );
}

/** Weights that are nothing but the matrix of a Gemm x Wᵀ + b: those may come in blocks. */
export function gemmWeights(graph: Graph): Set<string> {
  const matrices = new Set<string>();
  const others = new Set<string>();
  for (const { op, inputs, attributes } of graph.nodes) {
    const bias = inputs[2];
    const isPlain =
      op === "Gemm" &&
      Object.entries(attributes).every(([name, value]) => name === "transB" && value === 1) &&
      attributes.transB === 1 &&
      (bias === undefined || bias === "" || graph.weights.has(bias));
    inputs.forEach((name, i) => (isPlain && i === 1 ? matrices : others).add(name));
  }
  return new Set([...graph.weights.keys()].filter((key) => matrices.has(key) && !others.has(key)));
}

/** A Gemm whose matrix comes in blocks, as the op that takes them. Activations stay as they are. */
export function blockGemm(
  gemm: GraphNode,
  { bits, zeroPoints }: BlockBinding,
  [rows, columns]: readonly number[],
): GraphNode {
  const [x, key, bias] = gemm.inputs as [string, string, string?];
  return {
    op: "MatMulNBits",
    domain: "com.microsoft",
    inputs: [
      x,
      quantsOf(key),
      scalesOf(key),
      zeroPoints === undefined ? "" : zeroPointsOf(key),
      "",
      bias ?? "",
    ],
    outputs: gemm.outputs,
    attributes: { K: columns!, N: rows!, bits, block_size: BLOCK_SIZE, accuracy_level: 1 },
  };
}

const quantsOf = (key: string): string => `${key}@quants`;
const scalesOf = (key: string): string => `${key}@scales`;
const zeroPointsOf = (key: string): string => `${key}@zero_points`;

const node = (
  op: string,
  inputs: string[],
  output: string,
  attributes: GraphNode["attributes"] = {},
): GraphNode => ({ op, domain: "", inputs, outputs: [output], attributes });

export const castNode = (input: string, output: string, type: FloatType): GraphNode =>
  node("Cast", [input], output, { to: onnxType[type] });

const joined = (...parts: Declaration[]): Declaration => ({
  initializers: parts.flatMap(({ initializers }) => initializers),
  nodes: parts.flatMap(({ nodes }) => nodes),
});
