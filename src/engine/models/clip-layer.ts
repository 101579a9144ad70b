// A layer of CLIP's encoders, which both its towers are made of. Names are those of Hugging Face.
import type { Graph, Value } from "../graph/index.js";
import { quickGelu } from "../layers/activation.js";
import { linear } from "../layers/linear.js";
import { layerNorm } from "../layers/norm.js";

export interface ClipLayerSize {
  hiddenSize: number;
  intermediateSize: number;
  numHeads: number;
}

type Attention = (g: Graph, q: Value, k: Value, v: Value, heads: number) => Value;

/**
 * @param x - [B·tokens, C], as the result
 * @param attend - to whom each token may look
 */
export function clipLayer(
  g: Graph,
  x: Value,
  { hiddenSize: hidden, intermediateSize: inner, numHeads }: ClipLayerSize,
  batch: number,
  attend: Attention,
): Value {
  const square = { in: hidden, out: hidden };
  const y = g.scope("layer_norm1", () => layerNorm(g, x, hidden));
  const mixed = g.scope("self_attn", () => {
    const [q, k, v] = ["q_proj", "k_proj", "v_proj"].map((name) => {
      const rows = g.scope(name, () => linear(g, y, square));
      return g.op("Reshape", [rows, g.ints([batch, -1, hidden])]); // [B, tokens, C]
    }) as [Value, Value, Value];
    const rows = g.op("Reshape", [attend(g, q, k, v, numHeads), g.ints([-1, hidden])]); // [B·tokens, C]
    return g.op("Add", [x, g.scope("out_proj", () => linear(g, rows, square))]);
  });
  const z = g.scope("layer_norm2", () => layerNorm(g, mixed, hidden));
  return g.scope("mlp", () => {
    const wide = g.scope("fc1", () => linear(g, z, { in: hidden, out: inner }));
    const out = g.scope("fc2", () => linear(g, quickGelu(g, wide), { in: inner, out: hidden }));
    return g.op("Add", [mixed, out]);
  });
}
