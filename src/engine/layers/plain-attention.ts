// Attention in plain products and a softmax, for devices whose fused op computes it wrongly. A whole
// graph is rewritten when its session is opened, so that no network knows of it. Rows of queries go in
// pieces, one after the other: the scores of 4,868 tokens would take 2.3 GB at once.
// T tokens of the queries, U of the keys.
import type { Graph, GraphNode, Value } from "../graph/index.js";

/** Pieces of an attention that can be long. Text is short: those with a bias or a mask stay whole. */
const PIECES = 16;

/** Far below any score, and a number in 16 bits too. */
const UNSEEN = -60_000;

/** The same graph with every fused attention written out. */
export function withPlainAttention(graph: Graph): Graph {
  const plain = graph.emptied();
  for (const node of graph.nodes)
    if (node.op === "MultiHeadAttention") plain.precise(node.needs, () => writeOut(plain, node));
    else plain.nodes.push(node);
  return plain;
}

function writeOut(g: Graph, node: GraphNode): void {
  const [q, k, v, , , bias] = node.inputs.map((name) => ({ name }));
  const heads = node.attributes["num_heads"] as number;
  const scale = node.attributes["scale"] as { float: number } | undefined;
  const keys = g.op("Transpose", [inHeads(g, k!, heads)], { perm: [0, 1, 3, 2] }); // [B, H, D, U]
  const values = inHeads(g, v!, heads); // [B, H, U, D]
  const queries = scaled(g, inHeads(g, q!, heads), scale?.float); // [B, H, T, D]
  const extra = node.attributes["unidirectional"] === 1 ? causalMask(g, q!) : bias;
  const attend = (rows: Value): Value => {
    const scores = g.op("MatMul", [rows, keys]);
    const biased = extra === undefined ? scores : g.op("Add", [scores, extra]);
    return g.op("MatMul", [g.op("Softmax", [biased], { axis: -1 }), values]);
  };
  const mixed = extra === undefined ? pieceByPiece(g, queries, attend) : attend(queries); // [B, H, T, D]
  const together = g.op("Transpose", [mixed], { perm: [0, 2, 1, 3] });
  g.op("Reshape", [together, g.ints([0, 0, -1])]); // [B, T, H·D]
  g.nodes.at(-1)!.outputs = [...node.outputs];
}

/** [B, tokens, H·D] → [B, H, tokens, D] */
function inHeads(g: Graph, x: Value, heads: number): Value {
  const apart = g.op("Reshape", [x, g.ints([0, 0, heads, -1])]);
  return g.op("Transpose", [apart], { perm: [0, 2, 1, 3] });
}

/** By `scale`, or by 1/√D where there is none. */
function scaled(g: Graph, x: Value, scale: number | undefined): Value {
  if (scale === 1) return x;
  if (scale !== undefined) return g.op("Mul", [x, g.op("CastLike", [g.floats([scale]), x])]);
  const size = g.op("CastLike", [g.op("Shape", [x], { start: 3, end: 4 }), x]);
  return g.op("Div", [x, g.op("Sqrt", [size])]);
}

/** Rows of x [B, H, T, D] in pieces of nearly one length. Fewer rows than pieces are filled up: none may be empty. */
function pieceByPiece(g: Graph, x: Value, attend: (rows: Value) => Value): Value {
  const tokens = g.op("Shape", [x], { start: 2, end: 3 });
  const missing = g.op("Max", [g.op("Sub", [g.ints([PIECES]), tokens]), g.ints([0])]);
  const pads = g.op("Concat", [g.ints([0, 0, 0, 0, 0, 0]), missing, g.ints([0])], { axis: 0 });
  const filled = g.op("Pad", [x, pads]);
  const steps = g.ints(Array.from({ length: PIECES + 1 }, (_, i) => i));
  const rows = g.op("Mul", [g.op("Add", [tokens, missing]), steps]);
  const cuts = Array<number>(PIECES + 1).fill(1);
  const bounds = g.split(g.op("Div", [rows, g.ints([PIECES])]), 0, cuts);
  const pieces = bounds
    .slice(1)
    .map((end, i) => attend(g.op("Slice", [filled, bounds[i]!, end, g.ints([2])])));
  const whole = g.op("Concat", pieces, { axis: 2 });
  return g.op("Slice", [whole, g.ints([0]), tokens, g.ints([2])]);
}

/** [T, T], added to the scores: every token sees itself and those before it. */
function causalMask(g: Graph, q: Value): Value {
  const tokens = g.op("Shape", [q], { start: 1, end: 2 });
  const square = g.op("Concat", [tokens, tokens], { axis: 0 });
  const above = g.op("Trilu", [g.op("Expand", [g.floats([UNSEEN]), square]), g.ints([1], [])]);
  return g.op("CastLike", [above, q]);
}
