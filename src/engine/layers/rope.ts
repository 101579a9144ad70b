// Rotary position embedding with three axes. The table's row i holds token i's angles, so that the
// runtime's op, made for running positions, takes any ids.
import type { Graph, Value } from "../graph/index.js";

export interface Rope {
  cos: Value;
  sin: Value;
}

export function ropeInputs(g: Graph, headSize: number): Rope {
  return {
    cos: g.input("rope_cos", "F32", ["tokens", headSize / 2]),
    sin: g.input("rope_sin", "F32", ["tokens", headSize / 2]),
  };
}

/** Turns the pairs (2i, 2i+1) of every head of x [B, tokens, H·D]. */
export function applyRope(g: Graph, x: Value, rope: Rope, heads: number): Value {
  return g.microsoft("RotaryEmbedding", [x, g.ints([0]), rope.cos, rope.sin], {
    interleaved: 1,
    num_heads: heads,
  });
}

/**
 * The angles of every token (BFL: `EmbedND`).
 * @param ids - [tokens, axes], row by row
 * @param axesDim - how much of the head each axis takes; their sum is D
 * @returns cosines and sines, [tokens, D/2]
 */
export function ropeTable(
  ids: Float32Array,
  axesDim: readonly number[],
  theta: number,
): { cos: Float32Array; sin: Float32Array } {
  const frequencies = axesDim.flatMap((dim, axis) =>
    Array.from({ length: dim / 2 }, (_, i) => ({ axis, omega: theta ** ((-2 * i) / dim) })),
  );
  const tokens = ids.length / axesDim.length;
  const cos = new Float32Array(tokens * frequencies.length);
  const sin = new Float32Array(tokens * frequencies.length);
  for (let token = 0, at = 0; token < tokens; token++)
    for (const { axis, omega } of frequencies) {
      const angle = (ids[token * axesDim.length + axis] as number) * omega;
      cos[at] = Math.cos(angle);
      sin[at++] = Math.sin(angle);
    }
  return { cos, sin };
}
