// What weights are before training. Whatever ends a residual branch begins at zero (in the transformer its
// modulation does), so that every block begins as the identity.
import type { Shape } from "../graph/index.js";
import { randn } from "../sampling/noise.js";
import type { Parameter } from "./optimizers/index.js";

type Fill = (shape: Shape, seed: number) => Float32Array;

const constant =
  (value: number): Fill =>
  (shape) =>
    new Float32Array(count(shape)).fill(value);

const normal =
  (deviation: number): Fill =>
  (shape, seed) =>
    randn(seed, count(shape)).map((number) => deviation * number);

/** Keeps the size of what passes: the variance is 1 over the numbers that each output sums. */
const byFanIn: Fill = (shape, seed) => normal(count(shape.slice(1)) ** -0.5)(shape, seed);

/** The first pattern that a key matches decides. */
const rules: readonly (readonly [RegExp, Fill])[] = [
  [
    /(_mod\.lin|modulation\.lin|adaLN_modulation\.1|final_layer\.linear)\.(weight|bias)$/,
    constant(0),
  ],
  [/\.(conv2|proj_out)\.weight$/, constant(0)],
  [/\.bias$/, constant(0)],
  [
    /(norm\d?|norm_out|layer_norm\d?|layernorm)\.(weight|scale)$|(query|key)_norm\.scale$/,
    constant(1),
  ],
  [/relative_attention_bias\.weight$/, normal(0.1)],
  [/(token|position)_embedding\.weight$/, normal(0.02)],
  [/^shared\.weight$/, normal(1)],
  [/\.lora_up/, constant(0)],
  [/\.weight$|\.lora_downs?(\.\d+)?$/, byFanIn],
];

/** @param seed - together with the order of the keys it decides every number */
export function initialize(weights: ReadonlyMap<string, Shape>, seed: number): Parameter[] {
  return Array.from(weights, ([name, shape], i) => {
    const rule = rules.find(([pattern]) => pattern.test(name));
    if (rule === undefined) throw new Error(`initialize ${name}: no rule for such a weight`);
    return { name, shape: [...shape], value: rule[1](shape, seed + i) };
  });
}

const count = (shape: Shape): number => shape.reduce((product, size) => product * size, 1);
