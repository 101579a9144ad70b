// What a LoRA file is, whatever kind of LoRA, without reading the gigabytes of it.
import { openLoraFor } from "./check-lora.js";
import type { ModelConfig } from "./models/config.js";
import { domainCount, type LoraFile } from "./weights/lora/index.js";
import { readFloats } from "./weights/safetensors.js";

export interface LoraSketch {
  sizeBytes: number;
  /** how many B an asymmetric one has; 0 for a plain one */
  domainCount: number;
  /** which of them were trained, counted from 1: a B begins at zero */
  trained: number[];
  /** header texts */
  metadata: Record<string, string>;
  /** what a person should know, such as the tensors that are left out */
  warnings: string[];
}

/** @throws EngineError `no_such_file`, or `bad_weights` that says what is wrong, `nothing-fits` among it */
export async function sketchLora(
  path: string,
  { transformer }: Pick<ModelConfig, "transformer">,
): Promise<LoraSketch> {
  const file = await openLoraFor(transformer, path);
  return {
    sizeBytes: file.sizeBytes,
    domainCount: domainCount(file),
    trained: trainedDomains(file),
    metadata: file.metadata,
    warnings: file.warnings.map(({ message }) => message),
  };
}

/** Training moves a domain's B in every layer: the smallest one tells. */
function trainedDomains(file: LoraFile): number[] {
  const sizeOf = (key: string) => file.tensors.get(key)!.length;
  const smallest = file.branches
    .map(({ ups }) => [...ups].filter(([b]) => b !== undefined))
    .filter((ups) => ups.length > 0)
    .toSorted(([a], [b]) => sizeOf(a![1]) - sizeOf(b![1]))[0];
  if (smallest === undefined) return [];
  const matrices = readFloats(
    file,
    smallest.map(([, key]) => key),
  );
  const isTrained = (i: number) => matrices[i]!.some((value) => value !== 0);
  return smallest.map(([b]) => b!).filter((_, i) => isTrained(i));
}
