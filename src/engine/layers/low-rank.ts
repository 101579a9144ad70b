// The LoRA branch. A and B are inputs of the graph with a rank that is known only when it runs, so that
// switching domains or stacking LoRAs never touches the session; without a LoRA the rank is 0. Or they are
// weights like the others, where inputs would be sent to the device again at every run.
import type { BakedBranch, Graph, Value } from "../graph/index.js";

export const downName = (module: string): string => `${module}.lora_down`;
export const upName = (module: string): string => `${module}.lora_up`;

/**
 * y + (x Aᵀ) Bᵀ; every scale is already in B.
 * @param x - [tokens, in]
 * @param y - [tokens, out]
 */
export function lowRank(g: Graph, x: Value, y: Value, size: { in: number; out: number }): Value {
  const layer = g.key();
  const module = `lora_unet_${layer.replaceAll(".", "_")}`;
  g.lowRankModules.push({ name: module, layer, inFeatures: size.in, outFeatures: size.out });
  if (g.bakedLora !== undefined)
    return (g.bakedLora.get(module) ?? []).reduce(
      (sum, branch) => bakedBranch(g, x, sum, size, branch),
      y,
    );
  const rank = `rank of ${module}`;
  const down = g.input(downName(module), "F32", [rank, size.in]);
  const up = g.input(upName(module), "F32", [size.out, rank]);
  const inner = g.op("Gemm", [x, down], { transB: 1 }); // [tokens, rank]
  return g.op("Gemm", [inner, up, y], { transB: 1 }); // [tokens, out]
}

function bakedBranch(
  g: Graph,
  x: Value,
  y: Value,
  size: { in: number; out: number },
  { down, ups, rank, rows: [first, end], swapsHalves }: BakedBranch,
): Value {
  const inner = g.op("Gemm", [x, g.weightAt(down, [rank, size.in])], { transB: 1 }); // [tokens, rank]
  const inPlace = (up: Value): Value => {
    if (swapsHalves) {
      const half = Math.floor((end - first) / 2);
      const [upper, lower] = g.split(up, 0, [half, end - first - half]) as [Value, Value];
      up = g.op("Concat", [lower, upper], { axis: 0 });
    }
    if (end - first === size.out) return up;
    return g.op("Pad", [up, g.ints([first, 0, size.out - end, 0])]); // [out, rank]
  };
  return ups.reduce(
    (sum, { key, scale }) =>
      g.op("Gemm", [inner, inPlace(g.weightAt(key, [end - first, rank])), sum], {
        transB: 1,
        alpha: { float: scale },
      }),
    y,
  );
}
