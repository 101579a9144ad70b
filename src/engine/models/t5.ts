// The T5 1.1 encoder: no biases, no positions but a bias on the attention scores that depends on the
// distance, computed once and shared by all layers. What `wo` gives, and with it the sum that all layers add
// to, leaves float16's range. Names are those of Hugging Face. B batch, S tokens.
import { Graph, type Value } from "../graph/index.js";
import { gelu } from "../layers/activation.js";
import { biasedAttention } from "../layers/attention.js";
import { linearWithoutBias } from "../layers/linear.js";
import { rmsNorm } from "../layers/norm.js";
import type { T5Config } from "./config.js";

/** Distances fall into this many buckets, half of them for each direction. */
const BUCKETS = 32;
const MAX_DISTANCE = 128;

/**
 * Inputs: input_ids [B·S], buckets [S, S] (see `t5Buckets`), mask [S] added to the scores of each key
 * (0, or very negative where a token is padding). Output: last_hidden_state [B·S, dModel].
 */
export function t5Encoder(config: T5Config, batch = 1): Graph {
  const g = new Graph();
  const ids = g.input("input_ids", "I64", ["B·S"]);
  const buckets = g.input("buckets", "I64", ["S", "S"]);
  const mask = g.input("mask", "F32", ["S"]);
  const inner = config.numHeads * config.dKv;
  let x = g.op("Gather", [g.weight("shared.weight", [config.vocabSize, config.dModel]), ids]);
  const bias = g.scope("encoder.block.0.layer.0.SelfAttention.relative_attention_bias", () => {
    const table = g.weight("weight", [BUCKETS, config.numHeads]);
    const perHead = g.op("Transpose", [g.op("Gather", [table, buckets])], { perm: [2, 0, 1] });
    return g.op("Unsqueeze", [g.op("Add", [perHead, mask]), g.ints([0])]); // [1, H, S, S]
  });
  const project = (name: string, y: Value, from: number, to: number) =>
    g.scope(name, () => linearWithoutBias(g, y, { in: from, out: to }));
  const tokens = (y: Value) => g.op("Reshape", [y, g.ints([batch, -1, inner])]);
  const norm = (y: Value, weight = "layer_norm.weight") =>
    g.precise("range", () => rmsNorm(g, y, config.dModel, weight));
  const add = (y: Value) => (x = g.precise("range", () => g.op("Add", [x, y])));

  for (let i = 0; i < config.numLayers; i++)
    g.scope(`encoder.block.${i}`, () => {
      g.scope("layer.0", () => {
        const y = norm(x);
        g.scope("SelfAttention", () => {
          const [q, k, v] = ["q", "k", "v"].map((name) =>
            tokens(project(name, y, config.dModel, inner)),
          ) as [Value, Value, Value];
          const mixed = biasedAttention(g, q, k, v, config.numHeads, bias);
          const rows = g.op("Reshape", [mixed, g.ints([-1, inner])]);
          add(project("o", rows, inner, config.dModel));
        });
      });
      g.scope("layer.1", () => {
        const y = norm(x);
        g.scope("DenseReluDense", () => {
          const gate = gelu(g, project("wi_0", y, config.dModel, config.dFf));
          const wide = g.op("Mul", [gate, project("wi_1", y, config.dModel, config.dFf)]);
          add(g.precise("range", () => project("wo", wide, config.dFf, config.dModel)));
        });
      });
    });
  g.output("last_hidden_state", norm(x, "encoder.final_layer_norm.weight"));
  return g;
}

/** The bucket of every distance between a query and a key; [length, length], queries in rows. */
export function t5Buckets(length: number): BigInt64Array {
  const buckets = new BigInt64Array(length * length);
  for (let query = 0; query < length; query++)
    for (let key = 0; key < length; key++)
      buckets[query * length + key] = BigInt(bucketOf(key - query));
  return buckets;
}

function bucketOf(distance: number): number {
  const half = BUCKETS / 2;
  const exact = half / 2;
  const away = Math.abs(distance);
  const rough =
    exact + Math.floor((Math.log(away / exact) / Math.log(MAX_DISTANCE / exact)) * (half - exact));
  return (distance > 0 ? half : 0) + (away < exact ? away : Math.min(rough, half - 1));
}
