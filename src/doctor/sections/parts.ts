// FLUX.1-dev and MakeAnything's LoRAs: what of them is on the disk, and what is not.
import { domainsOf } from "../compose.js";
import type { Line, Section } from "../diagnosis.js";
import { sayTypes } from "../kinds.js";
import {
  type Chosen,
  isRelative,
  lorasIn,
  missingParts,
  PART_COUNT,
  type Parts,
} from "../parts.js";
import type { FoundFile } from "../world.js";
import { sayBytes } from "../../models/index.js";

export function partsSection(parts: Parts): Section {
  const { networks, tokenizers, asymmetric, recraft, single } = parts;
  const title = "FLUX.1-dev and MakeAnything, on the disk";
  if (missingParts(parts).length === PART_COUNT && lorasIn(parts).length === 0)
    return { title, lines: [{ state: "missing", what: "all", words: "nothing of it was found" }] };
  return {
    title,
    lines: [
      network("transformer", networks.transformer),
      network("autoencoder", networks.autoencoder),
      network("T5", networks.t5),
      network("CLIP", networks.clip),
      tokenizer("T5's tokenizer", tokenizers.t5),
      tokenizer("CLIP's tokenizer", tokenizers.clip),
      lora("LoRA, 9 frames", asymmetric.nine),
      lora("LoRA, 4 frames", asymmetric.four),
      ...single.map(({ domain, file }) => lora(`LoRA, ${domain}`, file)),
      ...recraft.map(({ domain, file }) => lora(`ReCraft, ${domain}`, file)),
      domains(parts),
    ],
  };
}

function network(what: string, chosen: Chosen | undefined): Line {
  if (chosen === undefined) return { state: "missing", what, words: "" };
  const { file, part } = chosen;
  const words = `${sayTypes(part.dtypes)}, ${sayBytes(part.sizeBytes)}`;
  return isRelative(chosen)
    ? { state: "note", what, words: `${words}; by its name not FLUX.1-dev itself`, path: file.path }
    : { state: "ok", what, words, path: file.path };
}

function tokenizer(what: string, folder: string | undefined): Line {
  if (folder === undefined) return { state: "missing", what, words: "" };
  return { state: "ok", what, words: "", path: folder };
}

function lora(what: string, file: FoundFile | undefined): Line {
  if (file === undefined) return { state: "missing", what, words: "" };
  return { state: "ok", what, words: sayBytes(file.sizeBytes), path: file.path };
}

/** Of those B that somebody trained. */
function domains(parts: Parts): Line {
  const has = (grid: "nine" | "four") =>
    domainsOf(parts).filter(({ b, adapter }) => b?.[grid] ?? adapter?.[grid]).length;
  const words = `${has("nine")} for pages of 9 frames, ${has("four")} for pages of 4`;
  return { state: has("nine") + has("four") > 0 ? "ok" : "missing", what: "domains", words };
}
