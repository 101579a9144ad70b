// A LoRA file held against a network: which pair of matrices acts where, and how strongly. What cannot be
// used is named; what is broken, and a file of which nothing fits, is refused. Alphas alone are read here.
import { basename } from "node:path";
import type { LowRankModule } from "../../graph/index.js";
import { shortKey, weightFault } from "../fault.js";
import { openSafetensors, type SafetensorsFile } from "../safetensors.js";
import type { WeightWarning } from "../source.js";
import { headerAlpha } from "./alpha.js";
import { branchOf, checkTensor, type LoraBranch, type Pair } from "./branch.js";
import { readKey, type LoraKey } from "./keys.js";
import { siteFinder, type Site } from "./sites.js";

export interface LoraFile extends SafetensorsFile {
  branches: LoraBranch[];
  /** weights of norms that it replaces, by their checkpoint keys, which its tensors have too */
  norms: string[];
  /** keys that nothing here can use */
  unused: string[];
  warnings: WeightWarning[];
}

/**
 * @param modules - the layers that can take a LoRA
 * @param norms - the norm weights that can be replaced, by checkpoint key
 * @throws EngineError `bad_weights`: `nothing-fits`, `wrong-shape`, `missing-tensor`, `non-finite`, …
 */
export async function openLora(
  path: string,
  modules: readonly LowRankModule[],
  norms: ReadonlyMap<string, readonly number[]> = new Map(),
): Promise<LoraFile> {
  const file = await openSafetensors(path);
  const siteOf = siteFinder(modules);
  const pairs = new Map<string, Pair>();
  const replaced: string[] = [];
  const unused: string[] = [];
  for (const key of file.tensors.keys()) {
    const norm = norms.get(key);
    const read = readKey(key);
    const site = read && siteOf(read.stem);
    if (norm !== undefined) {
      checkTensor(file, key, norm);
      replaced.push(key);
    } else if (site === undefined || !addTo(pairs, site, key, read!)) unused.push(key);
  }
  const header = headerAlpha(basename(path), file.metadata);
  const branches: LoraBranch[] = [];
  for (const pair of pairs.values()) {
    if (pair.dora !== undefined || (pair.down === undefined && pair.ups.size === 0))
      unused.push(...keysOf(pair));
    else branches.push(branchOf(file, pair, header.of));
  }
  const [first] = file.tensors.keys();
  if (branches.length === 0)
    throw weightFault(
      path,
      `has nothing that fits this model${first === undefined ? "" : `: its first tensor is ${shortKey(first)}`}; is it a LoRA for FLUX.1?`,
      { error: "nothing-fits", ...(first !== undefined && { tensor: first }) },
    );
  const warnings = [...header.warnings, ...leftOut(basename(path), unused)];
  return { ...file, branches, norms: replaced, unused, warnings };
}

function leftOut(file: string, unused: readonly string[]): WeightWarning[] {
  if (unused.length === 0) return [];
  const names = unused.slice(0, 3).map(shortKey).join(", ");
  const rest = unused.length > 3 ? ` and ${unused.length - 3} more` : "";
  const message = `${file}: tensors that have no place in this model are left out: ${names}${rest}`;
  return [{ warning: "left-out", file, message }];
}

/** How many domains an asymmetric LoRA has; 0 for a plain one. */
export const domainCount = ({ branches }: LoraFile): number =>
  branches.reduce((most, { ups }) => Math.max(most, ...[...ups.keys()].map((b) => b ?? 0)), 0);

/** @returns whether it has a place; a second tensor for the same one has not */
function addTo(
  pairs: Map<string, Pair>,
  site: Site,
  key: string,
  { stem, part, b }: LoraKey,
): boolean {
  const pair: Pair = pairs.get(stem) ?? { site, stem, ups: new Map() };
  pairs.set(stem, pair);
  if (part === "up" ? pair.ups.has(b) : pair[part] !== undefined) return false;
  if (part === "up") pair.ups.set(b, key);
  else pair[part] = key;
  return true;
}

const keysOf = ({ down, ups, alpha, bias, dora }: Pair): string[] =>
  [down, ...ups.values(), alpha, bias, dora].filter((key) => key !== undefined);
