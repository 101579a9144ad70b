// The CLIP text encoder: its pooled state, at the end-of-text token, is FLUX's `vec`. Names are those
// of Hugging Face. B batch, S tokens, C hidden size.
import { Graph } from "../graph/index.js";
import { causalAttention } from "../layers/attention.js";
import { layerNorm } from "../layers/norm.js";
import { clipLayer } from "./clip-layer.js";
import type { ClipConfig } from "./config.js";

/** CLIP has this many positions, and every prompt is padded to them. */
const POSITIONS = 77;

/**
 * Input: input_ids [B, 77]. Output: pooled [B, C], the state at the first end-of-text token, which has
 * the vocabulary's highest id.
 */
export function clipTextEncoder(config: ClipConfig, batch = 1): Graph {
  const g = new Graph();
  const ids = g.input("input_ids", "I64", [batch, POSITIONS]);
  const hidden = config.hiddenSize;
  g.scope("text_model", () => {
    let x = g.scope("embeddings", () => {
      const table = g.weight("token_embedding.weight", [config.vocabSize, hidden]);
      const positions = g.weight("position_embedding.weight", [POSITIONS, hidden]);
      const placed = g.op("Add", [g.op("Gather", [table, ids]), positions]); // [B, S, C]
      return g.op("Reshape", [placed, g.ints([-1, hidden])]); // [B·S, C]
    });
    for (let i = 0; i < config.numLayers; i++)
      x = g.scope(`encoder.layers.${i}`, () => clipLayer(g, x, config, batch, causalAttention));
    x = g.scope("final_layer_norm", () => layerNorm(g, x, hidden));
    const ends = g.op("ArgMax", [ids], { axis: 1, keepdims: 0 }); // [B]
    const starts = g.ints(Array.from({ length: batch }, (_, i) => i * POSITIONS));
    g.output("pooled", g.op("Gather", [x, g.op("Add", [ends, starts])])); // [B, C]
  });
  return g;
}
