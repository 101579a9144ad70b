// Normalisation.
import type { Graph, Value } from "../graph/index.js";

/** LayerNorm over the last axis with weight and bias of the checkpoint. */
export function layerNorm(g: Graph, x: Value, size: number, epsilon = 1e-5): Value {
  return g.op("LayerNormalization", [x, g.weight("weight", [size]), g.weight("bias", [size])], {
    axis: -1,
    epsilon: { float: epsilon },
  });
}

/**
 * (1 + scale) · LayerNorm(x) + shift, without weights of its own.
 * @param x - [B, tokens, C]
 * @param shift - [B, 1, C], or [C] for a batch of one
 * @param scale - like shift
 */
export function modulatedNorm(g: Graph, x: Value, { shift, scale }: Modulation): Value {
  const gain = g.op("Add", [scale, g.floats([1])]);
  return g.op("LayerNormalization", [x, gain, shift], { axis: -1, epsilon: { float: 1e-6 } });
}

export interface Modulation {
  shift: Value;
  scale: Value;
}

/** Root-mean-square norm over the last axis; its weight has the checkpoint's name `weightName`. */
export function rmsNorm(g: Graph, x: Value, size: number, weightName: string): Value {
  return g.op("SimplifiedLayerNormalization", [x, g.weight(weightName, [size])], {
    axis: -1,
    epsilon: { float: 1e-6 },
    stash_type: 1,
  });
}

/** The same for each head: [B·tokens, H·D] → [B·tokens·H, D]. */
export function rmsNormPerHead(g: Graph, x: Value, headSize: number): Value {
  return rmsNorm(g, g.op("Reshape", [x, g.ints([-1, headSize])]), headSize, "scale");
}

/** GroupNorm of [B, C, height, width]: an InstanceNorm whose instances are groups, which may be of millions. */
export function groupNorm(g: Graph, x: Value, channels: number, groups = 32): Value {
  const grouped = g.op("Reshape", [x, g.ints([0, groups, -1])]); // [B, groups, C/groups·height·width]
  const [ones, zeros] = [g.floats(Array(groups).fill(1)), g.floats(Array(groups).fill(0))];
  const normed = g.precise("range", () =>
    g.op("InstanceNormalization", [grouped, ones, zeros], { epsilon: { float: 1e-6 } }),
  );
  const back = g.op("Reshape", [normed, g.op("Shape", [x])]); // [B, C, height, width]
  const perChannel = (name: string) =>
    g.op("Reshape", [g.weight(name, [channels]), g.ints([channels, 1, 1])]);
  return g.op("Add", [g.op("Mul", [back, perChannel("weight")]), perChannel("bias")]);
}
