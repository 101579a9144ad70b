// A stack baked into a graph: A and B are weights out of the LoRA's own files, which stay as they are, and
// every scale stands in the graph. Another stack is another session.
import type { BakedBranch, WeightBinding, WeightType } from "../../graph/index.js";
import type { TensorEntry } from "../safetensors.js";
import { placeUnder } from "./place.js";
import { byFile, readFinite, usedUps, type LoraPart } from "./used.js";

export interface BakedStack {
  /** by module, for the graph */
  branches: Map<string, BakedBranch[]>;
  /** where the weights lie that the branches name */
  weights: Map<string, { path: string; entry: TensorEntry }>;
}

/**
 * Only the tensors that are used are read, once and to see that they are finite.
 * @throws EngineError `bad_weights`: `missing-tensor`, `non-finite`
 */
export function bakeLoras(parts: readonly LoraPart[]): BakedStack {
  const baked: BakedStack = { branches: new Map(), weights: new Map() };
  for (const [i, [file, own]] of [...byFile(parts)].entries()) {
    const declare = (key: string): string => {
      readFinite(file, [key]);
      const name = `lora ${i}/${key}`;
      baked.weights.set(name, { path: file.path, entry: file.tensors.get(key)! });
      return name;
    };
    for (const branch of file.branches) {
      const { module, rank, rows, swapsHalves } = branch;
      const ups = usedUps(branch, own).map(({ key, scale }) => ({ key: declare(key), scale }));
      const before = baked.branches.get(module.name) ?? [];
      const added = { down: declare(branch.down), ups, rank, rows, swapsHalves };
      baked.branches.set(module.name, [...before, added]);
    }
  }
  return baked;
}

/**
 * How a session gets at the stack's weights.
 * @param root - the session's one folder of external data
 * @throws EngineError `cannot_write` where a file lies elsewhere and cannot be brought there
 */
export async function bindBaked(
  { weights }: BakedStack,
  root: string,
): Promise<Map<string, WeightBinding>> {
  const places = new Map<string, string>();
  for (const { path } of weights.values())
    if (!places.has(path)) places.set(path, await placeUnder(root, path));
  return new Map(
    [...weights].map(([name, { path, entry }]) => {
      const { shape, offset, length } = entry;
      const dtype = entry.dtype as WeightType; // `openLora` lets floats through alone
      return [
        name,
        { kind: "parts", parts: [{ dtype, shape, file: places.get(path)!, offset, length }] },
      ];
    }),
  );
}
