// Linear layers, with and without a LoRA branch. Tokens are rows: x is a matrix [tokens, in].
import type { Graph, Value } from "../graph/index.js";
import { lowRank } from "./low-rank.js";

export interface LinearSize {
  in: number;
  out: number;
}

/** y = x Wᵀ + b; [tokens, in] → [tokens, out]. */
export function linear(g: Graph, x: Value, size: LinearSize): Value {
  return g.op("Gemm", [x, g.weight("weight", [size.out, size.in]), g.weight("bias", [size.out])], {
    transB: 1,
  });
}

/** y = x Wᵀ; [tokens, in] → [tokens, out]. */
export function linearWithoutBias(g: Graph, x: Value, size: LinearSize): Value {
  return g.op("Gemm", [x, g.weight("weight", [size.out, size.in])], { transB: 1 });
}

/** A linear layer of the transformer's blocks: y = x Wᵀ + b + Σ ω (α/r) x Aᵀ Bᵀ, the sum where blocks take LoRAs. */
export function adaptedLinear(g: Graph, x: Value, size: LinearSize): Value {
  const y = linear(g, x, size);
  return g.takesLora ? lowRank(g, x, y, size) : y;
}

/** The same before and behind the blocks, where few LoRAs reach. */
export function outerLinear(g: Graph, x: Value, size: LinearSize): Value {
  const y = linear(g, x, size);
  return g.takesLora === "all" ? lowRank(g, x, y, size) : y;
}
