// What a stack changes beside matrices; Black Forest Labs' own LoRAs alone have such tensors.
import { rowOf } from "./pieces.js";
import { byFile, readFinite, type LoraPart } from "./used.js";

export interface LoraExtras {
  /** what is added to a module's bias: Σ ω bias, [out] */
  biases: Map<string, Float32Array>;
  /** norm weights that are replaced, whatever ω, by checkpoint key; the last part's stand */
  norms: Map<string, Float32Array>;
}

/** @throws EngineError `bad_weights`, `non-finite` */
export function readExtras(parts: readonly LoraPart[]): LoraExtras {
  const extras: LoraExtras = { biases: new Map(), norms: new Map() };
  for (const [file, own] of byFile(parts)) {
    const weight = own.reduce((sum, part) => sum + part.weight, 0);
    for (const branch of file.branches) {
      if (branch.bias === undefined) continue;
      const { name, outFeatures } = branch.module;
      const total = extras.biases.get(name) ?? new Float32Array(outFeatures);
      extras.biases.set(name, total);
      readFinite(file, [branch.bias])
        .get(branch.bias)!
        .forEach((value, row) => (total[rowOf(branch, row)]! += weight * value));
    }
    for (const [key, values] of readFinite(file, file.norms)) extras.norms.set(key, values);
  }
  return extras;
}
