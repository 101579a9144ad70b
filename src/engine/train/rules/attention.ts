// Attention and rotary positions. The fused op keeps no softmax: the backward pass makes it again.
import type { Graph, Value } from "../../graph/index.js";
import { add, mul, neg, once, reshape, sub, sumTo, type Rule, type RuleContext } from "./rule.js";

export const attention: Record<string, Rule> = {
  /** turned back by the same angles */
  RotaryEmbedding: ({ g, x: [, positions, cos, sin], dy, node }) => [
    () => g.microsoft("RotaryEmbedding", [dy, positions!, cos!, neg(g, sin!)], node.attributes),
  ],
  MultiHeadAttention: (c) => {
    const { g, x, y, dy, shapeOf } = c;
    const heads = c.number("num_heads", 1);
    const split = (value: Value) => toHeads(g, value, shapeOf(value), heads);
    const [q, k, v] = [
      once(() => split(x[0]!)),
      once(() => split(x[1]!)),
      once(() => split(x[2]!)),
    ];
    const dOut = once(() => toHeads(g, dy, shapeOf(y[0]!), heads));
    const weights = once(() => softmax(c, q(), k()));
    const dScores = once(() => {
      // Σ over keys of dP·P is Σ over the head's numbers of dO·O, which is far smaller.
      const out = toHeads(g, y[0]!, shapeOf(y[0]!), heads);
      const total = g.op("ReduceSum", [mul(g, dOut(), out), g.ints([-1])], { keepdims: 1 });
      const dWeights = g.microsoft("FusedMatMul", [dOut(), v()], { transB: 1 });
      return mul(g, weights(), sub(g, dWeights, total));
    });
    const scale = scaleOf(c);
    const back = (value: Value, like: Value) => fromHeads(g, value, shapeOf(like));
    const scaled = { alpha: { float: scale } };
    return [
      () => back(g.microsoft("FusedMatMul", [dScores(), k()], scaled), x[0]!),
      () => back(g.microsoft("FusedMatMul", [dScores(), q()], { ...scaled, transA: 1 }), x[1]!),
      () => back(g.microsoft("FusedMatMul", [weights(), dOut()], { transA: 1 }), x[2]!),
      undefined,
      undefined,
      () => sumTo(g, dScores(), scoresShape(c), shapeOf(x[5]!)),
    ];
  },
};

function softmax(c: RuleContext, q: Value, k: Value): Value {
  const { g, x, number } = c;
  let scores = g.microsoft("FusedMatMul", [q, k], { transB: 1, alpha: { float: scaleOf(c) } });
  if (x[5] !== undefined && x[5].name !== "") scores = add(g, scores, x[5]);
  if (number("unidirectional", 0) === 1) scores = add(g, scores, causalMask(c));
  return g.op("Softmax", [scores], { axis: -1 }); // [B, H, tokens, tokens]
}

function causalMask(c: RuleContext): Value {
  const tokens = scoresShape(c).at(-1)!;
  const mask = Array.from({ length: tokens ** 2 }, (_, i) =>
    i % tokens > Math.floor(i / tokens) ? -1e9 : 0,
  );
  return c.g.floats(mask, [tokens, tokens]);
}

function scoresShape({ x, shapeOf, number }: RuleContext): number[] {
  const [batch, queries] = shapeOf(x[0]!) as [number, number];
  return [batch, number("num_heads", 1), queries, shapeOf(x[1]!)[1]!];
}

function scaleOf({ x, node, shapeOf, number }: RuleContext): number {
  const given = node.attributes.scale as { float: number } | undefined;
  return given?.float ?? (shapeOf(x[0]!)[2]! / number("num_heads", 1)) ** -0.5;
}

/** [B, tokens, H·D] → [B, H, tokens, D] */
function toHeads(g: Graph, value: Value, shape: readonly number[], heads: number): Value {
  const [batch, tokens, width] = shape as [number, number, number];
  const apart = reshape(g, value, [batch, tokens, heads, width / heads]);
  return g.op("Transpose", [apart], { perm: [0, 2, 1, 3] });
}

function fromHeads(g: Graph, value: Value, shape: readonly number[]): Value {
  return reshape(g, g.op("Transpose", [value], { perm: [0, 2, 1, 3] }), shape);
}
