// From parts to a model folder's model.json, which names every file where it lies. No weights are copied.
import {
  B_OF_NINE,
  dimensions,
  knownCells,
  NAME,
  pagePx,
  phrases,
  prompts,
  sampling,
} from "./flux-dev.js";
import { type DomainLora, missingParts, type Parts } from "./parts.js";
import type { FoundFile } from "./world.js";

/** Of the grids that a model has it for. */
type Grids<Value> = { nine?: Value; four?: Value };

export interface DomainEntry {
  domain: string;
  phrase: string;
  /** which B, from 1, where the asymmetric LoRAs have it */
  b?: Grids<number>;
  /** a LoRA of its own, where they have not */
  adapter?: Grids<string>;
  recraft?: Grids<string>;
}

export type ModelFile = ReturnType<typeof composeModel>;

/**
 * @param parts - complete
 * @throws RangeError where a part is missing
 */
export function composeModel(parts: Parts) {
  const { networks, tokenizers, asymmetric } = parts;
  const { transformer, autoencoder, t5, clip } = networks;
  const missing = missingParts(parts);
  if (!transformer || !autoencoder || !t5 || !clip || missing.length > 0)
    throw new RangeError(`a model folder needs ${missing.join(", ")}`);
  return {
    name: NAME,
    pagePx,
    transformer: { file: transformer.file.path, ...dimensions.transformer },
    autoencoder: { file: autoencoder.file.path, ...dimensions.autoencoder },
    t5: { file: t5.file.path, tokenizer: tokenizers.t5, ...dimensions.t5 },
    clip: { file: clip.file.path, tokenizer: tokenizers.clip, ...dimensions.clip },
    adapters: adaptersOf(parts),
    presets: presetsOf(parts),
    asymmetric: {
      ...(asymmetric.nine && { nine: "asymmetric_9f" }),
      ...(asymmetric.four && { four: "asymmetric_4f" }),
    },
    domains: domainsOf(parts),
    prompts,
    knownCells,
    sampling,
  };
}

function adaptersOf(parts: Parts): Record<string, string> {
  const { asymmetric, recraft, single, accelerators } = parts;
  return {
    ...(asymmetric.nine && { asymmetric_9f: asymmetric.nine.path }),
    ...(asymmetric.four && { asymmetric_4f: asymmetric.four.path }),
    ...Object.fromEntries(recraft.map((lora) => [nameOf("recraft", lora), lora.file.path])),
    ...Object.fromEntries(single.map((lora) => [nameOf("domain", lora), lora.file.path])),
    ...Object.fromEntries(accelerators.map(({ preset, file }) => [preset, file.path])),
  };
}

const presetsOf = ({ accelerators }: Parts) =>
  Object.fromEntries(
    accelerators.map(({ preset, steps, weight }) => [preset, { steps, lora: preset, weight }]),
  );

const nameOf = (what: string, { domain, grid }: DomainLora): string =>
  `${what}_${grid === "nine" ? "9f" : "4f"}_${domain}`;

/** Those that the LoRAs found can paint on one of the two pages at least. */
export function domainsOf(parts: Pick<Parts, "asymmetric" | "recraft" | "single">): DomainEntry[] {
  return Object.entries(phrases).flatMap(([domain, phrase], i): DomainEntry[] => {
    const b = bOf(parts.asymmetric, i + 1);
    const adapter = gridsOf("domain", parts.single, domain);
    const recraft = gridsOf("recraft", parts.recraft, domain);
    if (b === undefined && adapter === undefined) return [];
    return [{ domain, phrase, ...(b && { b }), ...(adapter && { adapter }), ...(recraft && { recraft }) }];
  });
} // prettier-ignore

function bOf({ nine, four }: Parts["asymmetric"], index: number): Grids<number> | undefined {
  const has = (file: FoundFile | undefined) => file?.lora?.trained.includes(index) ?? false;
  const grids = {
    ...(index <= B_OF_NINE && has(nine) && { nine: index }),
    ...(has(four) && { four: index }),
  };
  return Object.keys(grids).length > 0 ? grids : undefined;
}

function gridsOf(
  what: string,
  loras: readonly DomainLora[],
  domain: string,
): Grids<string> | undefined {
  const own = loras.filter((lora) => lora.domain === domain);
  if (own.length === 0) return undefined;
  return Object.fromEntries(own.map((lora) => [lora.grid, nameOf(what, lora)]));
}
