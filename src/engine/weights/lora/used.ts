// What a stack uses of its files. Of one file everything is read once, whatever the mix of its domains; of an
// asymmetric one only the B that are asked for.
import { shortKey, weightFault } from "../fault.js";
import { readFloats } from "../safetensors.js";
import { notFinite, type LoraBranch } from "./branch.js";
import type { LoraFile } from "./open.js";

/** One part of a stack: a plain LoRA, or the asymmetric one with the B of one domain. */
export interface LoraPart {
  file: LoraFile;
  /** which B of an asymmetric LoRA, from 1; undefined for a plain one */
  b?: number;
  /** ω */
  weight: number;
}

/** The parts of each file. */
export function byFile(parts: readonly LoraPart[]): Map<LoraFile, LoraPart[]> {
  const files = new Map<LoraFile, LoraPart[]>();
  for (const part of parts) files.set(part.file, [...(files.get(part.file) ?? []), part]);
  return files;
}

/**
 * The B's of a branch that parts of its file ask for, each with ω α / r.
 * @throws EngineError `bad_weights`, `missing-tensor`
 */
export function usedUps(
  { down, ups, alpha, rank }: LoraBranch,
  parts: readonly LoraPart[],
): { key: string; scale: number }[] {
  return parts.map(({ file, b, weight }) => {
    const key = ups.get(b);
    if (key !== undefined) return { key, scale: (weight * alpha) / rank };
    const which = b === undefined ? "for all domains" : `of domain ${b}`;
    throw weightFault(file.path, `has no B ${which} beside ${shortKey(down)}`, {
      error: "missing-tensor",
      tensor: down,
    });
  });
}

/**
 * Tensors as float32, by key.
 * @throws EngineError `bad_weights`, `non-finite`
 */
export function readFinite(file: LoraFile, keys: readonly string[]): Map<string, Float32Array> {
  const unique = [...new Set(keys)];
  const tensors = readFloats(file, unique);
  const broken = tensors.findIndex((values) => !areFinite(values));
  if (broken >= 0) throw notFinite(file, unique[broken]!);
  return new Map(unique.map((key, i) => [key, tensors[i]!]));
}

/** Without a branch or a call in the loop over millions: x − x is 0, or NaN. */
function areFinite(values: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! - values[i]!;
  return sum === 0;
}
