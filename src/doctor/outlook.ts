// In which variant a large model would run here: the one in use, or else FLUX.1-dev as it was found, or as it
// could be fetched.
import { fluxDev } from "./flux-dev.js";
import { lorasIn, type Parts } from "./parts.js";
import type { Stored, StoredPart, World } from "./world.js";
import { chooseVariant, type Choice, formOf, type ModelConfig } from "../engine/index.js";

export interface Outlook extends Choice {
  /** of the model that it is about */
  name: string;
  transformer: ModelConfig["transformer"];
  /** undefined: its weights would have to be fetched */
  weights: StoredPart | undefined;
  loras: readonly Stored[];
  /** bytes of the file that the variant's weights are converted to once; 0 where they run as they lie */
  convertedBytes: number;
}

type Seen = Pick<World, "model" | "machine" | "wish">;

export function outlookOf({ model, machine, wish }: Seen, parts: Parts): Outlook {
  const isInUse = model.transformer !== undefined && !model.isSmall;
  const transformer = isInUse ? model.transformer! : fluxDev.transformer;
  const weights = isInUse ? model.weights : storedTransformer(parts);
  const { dtypes, sizeBytes } = weights ?? FETCHED;
  const choice = chooseVariant({
    providers: machine.providers,
    config: transformer,
    dtypes: new Set(dtypes),
    wish,
  });
  return {
    ...choice,
    name: isInUse ? model.name : fluxDev.name,
    transformer,
    weights,
    loras: isInUse ? model.loras : lorasIn(parts),
    convertedBytes: convertedBytes(choice, sizeBytes, dtypes[0] ?? "BF16"),
  };
}

function storedTransformer({ networks: { transformer } }: Parts): StoredPart | undefined {
  return transformer && { ...transformer.part, volume: transformer.file.volume };
}

/** FLUX.1-dev as its makers have it. */
const FETCHED = { dtypes: ["BF16"], sizeBytes: 23.8e9 };
/** Bits of one number, blocks with their scales. */
const BITS: Record<string, number> = {
  F32: 32,
  F16: 16,
  BF16: 16,
  Q8_0: 8.5,
  Q4_0: 4.5,
  Q4_K: 4.5,
};
/** What a number takes in converted files; of 4-bit ones the modulation layers, 27 %, keep 8. */
const FORM_BITS = { f16: 16, "8-bit": 8.5, "4-bit": 5.6 };

function convertedBytes({ variant }: Choice, sizeBytes: number, dtype: string): number {
  const form = variant && formOf(variant);
  const inBlocks = dtype.startsWith("Q");
  if ((form === undefined && !inBlocks) || (form === "f16" && dtype === "F16")) return 0;
  const bits = BITS[dtype] ?? 8;
  return (sizeBytes / bits) * (form === undefined ? bits : FORM_BITS[form]);
}
