// The LoRA branch. A and B are inputs of the graph with a rank that is known only when it runs, so
// that switching domains or stacking LoRAs never touches the session; without a LoRA the rank is 0.
import type { Graph, Value } from "../graph/index.js";

export const downName = (module: string): string => `${module}.lora_down`;
export const upName = (module: string): string => `${module}.lora_up`;

/**
 * y + (x Aᵀ) Bᵀ; every scale is already in B.
 * @param x - [tokens, in]
 * @param y - [tokens, out]
 */
export function lowRank(g: Graph, x: Value, y: Value, size: { in: number; out: number }): Value {
  const module = `lora_unet_${g.key().replaceAll(".", "_")}`;
  g.lowRankModules.push({ name: module, inFeatures: size.in, outFeatures: size.out });
  const rank = `rank of ${module}`;
  const down = g.input(downName(module), "F32", [rank, size.in]);
  const up = g.input(upName(module), "F32", [size.out, rank]);
  const inner = g.op("Gemm", [x, down], { transB: 1 }); // [tokens, rank]
  return g.op("Gemm", [inner, up, y], { transB: 1 }); // [tokens, out]
}
