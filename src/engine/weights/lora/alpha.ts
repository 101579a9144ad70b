// Alpha in a header's text, where no tensor gives it. diffusers writes JSON with the whole configuration of
// the adapter, others two plain texts. Both are a stranger's words: what is no number is left, and said so.
import { z } from "zod";
import type { WeightWarning } from "../source.js";

/** The adapter's configuration as diffusers writes it; names of layers without `transformer.` */
const adapterText = z.object({
  "transformer.lora_alpha": z.unknown(),
  "transformer.alpha_pattern": z.record(z.string(), z.number().positive()).default({}),
  "transformer.use_rslora": z.boolean().default(false),
});

export interface HeaderAlpha {
  /** @param rank - rows of A; an alpha of `rank` is the factor 1 */
  of(layer: string, rank: number): number;
  warnings: WeightWarning[];
}

type Metadata = Readonly<Record<string, string>>;

/** What the header of a file says of alpha; nothing known means the rank. */
export function headerAlpha(file: string, metadata: Metadata): HeaderAlpha {
  const warnings: WeightWarning[] = [];
  const config = adapterConfig(file, metadata, warnings);
  const text = config?.["transformer.lora_alpha"] ?? metadata["transformer.lora_alpha"];
  const whole = text === undefined ? undefined : positive(text);
  if (text !== undefined && whole === undefined)
    warnings.push(unread(file, "transformer.lora_alpha", asText(text)));
  const byName = new Map(Object.entries(config?.["transformer.alpha_pattern"] ?? {}));
  return {
    warnings,
    of(layer, rank) {
      const alpha = patternOf(layer, byName) ?? whole;
      if (alpha === undefined) return rank;
      return config?.["transformer.use_rslora"] ? alpha * Math.sqrt(rank) : alpha;
    },
  };
}

/** PEFT's patterns end a layer's name; they are regular expressions there, plain names here. */
function patternOf(layer: string, byName: ReadonlyMap<string, number>): number | undefined {
  const words = layer.split(".");
  const endings = words.map((_, i) => words.slice(i).join("."));
  return byName.get(endings.find((ending) => byName.has(ending)) ?? "");
}

function adapterConfig(file: string, metadata: Metadata, warnings: WeightWarning[]) {
  const text = metadata.lora_adapter_metadata;
  if (text === undefined) return undefined;
  try {
    return adapterText.parse(JSON.parse(text));
  } catch {
    warnings.push(unread(file, "lora_adapter_metadata", text));
    return undefined;
  }
}

function positive(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) && number > 0 ? number : undefined;
}

const asText = (value: unknown): string =>
  typeof value === "string" ? value : (JSON.stringify(value) ?? "");

/** @param text - what the header says, of any length */
function unread(file: string, name: string, text: string): WeightWarning {
  const value = text.slice(0, 60);
  return {
    warning: "alpha",
    file,
    value,
    message: `${file}: ${name} in the header gives no alpha above 0, but "${value}": the rank is taken instead`,
  };
}
