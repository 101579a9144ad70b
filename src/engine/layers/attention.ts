// Attention as the runtime's fused op, on [B, tokens, H·D].
import type { Graph, Value } from "../graph/index.js";

/** softmax(q kᵀ / √D) v per head. */
export function attention(g: Graph, q: Value, k: Value, v: Value, heads: number): Value {
  return g.microsoft("MultiHeadAttention", [q, k, v], { num_heads: heads });
}

/** Every token sees itself and those before it. */
export function causalAttention(g: Graph, q: Value, k: Value, v: Value, heads: number): Value {
  return g.microsoft("MultiHeadAttention", [q, k, v], { num_heads: heads, unidirectional: 1 });
}

/** T5's: no scale, and a bias [1 or B, H, tokens, tokens] added to the scores. */
export function biasedAttention(
  g: Graph,
  q: Value,
  k: Value,
  v: Value,
  heads: number,
  bias: Value,
): Value {
  return g.microsoft("MultiHeadAttention", [q, k, v, null, null, bias], {
    num_heads: heads,
    scale: { float: 1 },
  });
}
