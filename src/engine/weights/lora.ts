// LoRA files in the released format, and stacks of them. Along the rank several LoRAs are one: A
// stacked, B side by side, each B scaled by ω · α / r.
import { basename } from "node:path";
import { EngineError } from "../error.js";
import type { LowRankModule } from "../graph/index.js";
import { openSafetensors, readFloats, shortKey, type SafetensorsFile } from "./safetensors.js";

/** One part of a stack: a plain LoRA, or the asymmetric one with the B of one domain. */
export interface LoraPart {
  file: SafetensorsFile;
  /** which B of an asymmetric LoRA, from 1; undefined for a plain one */
  b?: number;
  /** ω */
  weight: number;
}

/** What a module's two inputs get: down [rank, in], up [out, rank]. */
export interface LowRankPair {
  rank: number;
  down: Float32Array;
  up: Float32Array;
}

/**
 * Opens a LoRA file and holds its modules against those of the network.
 * @throws EngineError `bad_weights` naming the first key that does not fit
 */
export async function openLora(path: string, modules: LowRankModule[]): Promise<SafetensorsFile> {
  const file = await openSafetensors(path);
  const complain = (key: string, what: string): never => {
    throw new EngineError("bad_weights", `${basename(path)} ${shortKey(key)}: ${what}`);
  };
  const known = new Map(modules.map((module) => [module.name, module]));
  for (const [key, { shape }] of file.tensors) {
    const dot = key.indexOf(".");
    const module = known.get(key.slice(0, dot)) ?? complain(key, "this model has no such layer");
    const part = key.slice(dot + 1);
    if (part === "alpha") {
      if (shape.length > 1 || (shape[0] ?? 1) !== 1) complain(key, "alpha must be one number");
      continue;
    }
    const rank = file.tensors.get(`${module.name}.lora_down.weight`)?.shape[0];
    const needed =
      part === "lora_down.weight"
        ? [rank, module.inFeatures]
        : /^lora_up(s\.\d+)?\.weight$/.test(part)
          ? [module.outFeatures, rank]
          : complain(key, "not a key of a LoRA");
    if (shape.join() !== needed.join())
      complain(
        key,
        `tensor is [${shape.slice(0, 8).join(", ")}], config needs [${needed.map((size) => size ?? "rank").join(", ")}]`,
      );
  }
  return file;
}

/** How many domains an asymmetric LoRA has; 0 for a plain one. */
export function domainCount(file: SafetensorsFile): number {
  const indexes = [...file.tensors.keys()].map((key) => /\.lora_ups\.(\d+)\./.exec(key)?.[1]);
  return indexes.reduce((most, index) => Math.max(most, index === undefined ? 0 : +index + 1), 0);
}

/** Reads the parts and stacks them, module by module; a module that no part has gets rank 0. */
export function stackLoras(modules: LowRankModule[], parts: LoraPart[]): Map<string, LowRankPair> {
  const loaded = parts.map((part) => readPart(modules, part));
  return new Map(
    modules.map((module) => [
      module.name,
      stack(
        module,
        loaded.flatMap((part) => part.get(module.name) ?? []),
      ),
    ]),
  );
}

/** The pairs of one part, its B already scaled. */
function readPart(
  modules: LowRankModule[],
  { file, b, weight }: LoraPart,
): Map<string, LowRankPair> {
  const up = b === undefined ? "lora_up.weight" : `lora_ups.${b - 1}.weight`;
  const used = modules.filter(({ name }) => file.tensors.has(`${name}.lora_down.weight`));
  const keys = used.flatMap(({ name }) => {
    const alpha = `${name}.alpha`;
    return [
      `${name}.lora_down.weight`,
      `${name}.${up}`,
      ...(file.tensors.has(alpha) ? [alpha] : []),
    ];
  });
  const tensors = readFloats(file, keys);
  const byKey = new Map(keys.map((key, i) => [key, tensors[i] as Float32Array]));
  return new Map(
    used.map(({ name, inFeatures }) => {
      const down = byKey.get(`${name}.lora_down.weight`) as Float32Array;
      const rank = down.length / inFeatures;
      const alpha = byKey.get(`${name}.alpha`)?.[0] || rank; // absent or 0: the rank
      const scale = (weight * alpha) / rank;
      const scaled = (byKey.get(`${name}.${up}`) as Float32Array).map((value) => scale * value);
      return [name, { rank, down, up: scaled }];
    }),
  );
}

function stack({ inFeatures, outFeatures }: LowRankModule, pairs: LowRankPair[]): LowRankPair {
  const [only] = pairs;
  if (only !== undefined && pairs.length === 1) return only;
  const rank = pairs.reduce((sum, pair) => sum + pair.rank, 0);
  const down = new Float32Array(rank * inFeatures);
  const up = new Float32Array(outFeatures * rank);
  let column = 0;
  for (const pair of pairs) {
    down.set(pair.down, column * inFeatures);
    for (let row = 0; row < outFeatures; row++)
      up.set(pair.up.subarray(row * pair.rank, (row + 1) * pair.rank), row * rank + column);
    column += pair.rank;
  }
  return { rank, down, up };
}
