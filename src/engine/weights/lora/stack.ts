// A stack of LoRAs for a network that takes matrices by its inputs, or for one that has them baked in.
import type { LowRankModule } from "../../graph/index.js";
import { bakeLoras, type BakedStack } from "./bake.js";
import { readExtras, type LoraExtras } from "./extras.js";
import { joinPieces, weightedSum, type LowRankPair, type Piece } from "./pieces.js";
import { byFile, readFinite, usedUps, type LoraPart } from "./used.js";

export interface LoraStack extends LoraExtras {
  /** by module; one that no part has gets rank 0. Empty where the stack is baked */
  pairs: Map<string, LowRankPair>;
  baked?: BakedStack;
}

/** @throws EngineError `bad_weights`: `missing-tensor`, `non-finite` */
export const bakeStack = (parts: readonly LoraPart[]): LoraStack => ({
  pairs: new Map(),
  baked: bakeLoras(parts),
  ...readExtras(parts),
});

/** @throws EngineError `bad_weights`: `missing-tensor`, `non-finite` */
export function stackLoras(
  modules: readonly LowRankModule[],
  parts: readonly LoraPart[],
): LoraStack {
  const pieces = new Map<string, Piece[]>(modules.map(({ name }) => [name, []]));
  for (const [file, own] of byFile(parts)) {
    const used = file.branches
      .filter(({ module }) => pieces.has(module.name))
      .map((branch) => ({ branch, ups: usedUps(branch, own) }));
    const keys = used.flatMap(({ branch, ups }) => [branch.down, ...ups.map(({ key }) => key)]);
    const tensors = readFinite(file, keys);
    for (const { branch, ups } of used)
      pieces.get(branch.module.name)!.push({
        branch,
        rank: branch.rank,
        down: tensors.get(branch.down)!,
        up: weightedSum(ups.map(({ key, scale }) => ({ values: tensors.get(key)!, scale }))),
      });
  }
  const pairs = new Map(
    modules.map((module) => [module.name, joinPieces(module, pieces.get(module.name)!)]),
  );
  return { pairs, ...readExtras(parts) };
}
