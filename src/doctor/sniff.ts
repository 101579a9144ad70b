// What a file on the disk is: opened as the engine opens it, and held against FLUX.1-dev. It may be anything.
import { stat } from "node:fs/promises";
import path from "node:path";
import { sayFault } from "./fault.js";
import { fluxDev } from "./flux-dev.js";
import { kindsOf, looksLikeLora, otherKind, relativeOf, sayTypes } from "./kinds.js";
import type { FoundFile } from "./world.js";
import {
  checkWeights,
  type CheckpointKind,
  EngineError,
  openWeights,
  sketchLora,
  type WeightSource,
} from "../engine/index.js";

type Sniffed = Omit<FoundFile, "meantFor">;
type Known = Pick<Sniffed, "path" | "sizeBytes" | "volume">;

/** What a file is never makes it throw. */
export async function sniff(file: string): Promise<Sniffed> {
  const known = await place(file);
  try {
    const source = await openWeights(file);
    return looksLikeLora(source.tensors)
      ? await sniffLora(known)
      : await sniffModel({ ...known, sizeBytes: await sizeOf(source) }, source);
  } catch (error) {
    return broken(known, error);
  }
}

async function sniffModel(known: Known, { tensors, warnings }: WeightSource): Promise<Sniffed> {
  const found: Sniffed = {
    ...known,
    is: otherKind(tensors),
    parts: [],
    warnings: warnings.map(({ message }) => message),
  };
  const strangers: string[] = [];
  for (const kind of kindsOf(tensors)) {
    try {
      const { dtypes, sizeBytes } = await checkWeights(known.path, kind, fluxDev);
      found.parts.push({ kind, dtypes, sizeBytes });
    } catch (error) {
      const stranger = isOfAnotherSize(error) ? strangerOf(kind, tensors) : undefined;
      if (stranger === undefined) return broken(known, error, `${names[kind]}, damaged or changed`);
      strangers.push(stranger);
    }
  }
  if (found.parts.length > 0)
    found.is = `${found.parts.map(({ kind }) => names[kind]).join(", ")}, ${sayTypes(found.parts[0]!.dtypes)}`;
  else if (strangers.length > 0) found.is = strangers.join(", ");
  return found;
}

const strangerOf = (kind: CheckpointKind, tensors: WeightSource["tensors"]): string | undefined =>
  kind === "transformer" ? relativeOf(tensors) : `${names[kind]}, but of another model`;

async function sniffLora(known: Known): Promise<Sniffed> {
  try {
    const { domainCount, trained, metadata, warnings } = await sketchLora(known.path, fluxDev);
    const { domain } = metadata;
    return {
      ...known,
      is: domainCount > 0 ? `an asymmetric LoRA of ${domainCount} domains` : "a LoRA for FLUX.1",
      parts: [],
      lora: { domainCount, trained, ...(domain !== undefined && { domain }) },
      warnings,
    };
  } catch (error) {
    const isOther = error instanceof EngineError && error.details?.error === "nothing-fits";
    if (!isOther) return broken(known, error, "a LoRA that cannot be used");
    return { ...known, is: "a LoRA for another model", parts: [], warnings: [] };
  }
}

async function broken(known: Known, error: unknown, is = "no weights"): Promise<Sniffed> {
  if (!(error instanceof EngineError)) throw error;
  return { ...known, is, parts: [], fault: await sayFault(known.path, error), warnings: [] };
}

/** The right names with other shapes, or without some: another model of the kind, and no damage. */
function isOfAnotherSize(error: unknown): boolean {
  const fault = error instanceof EngineError ? error.details?.error : undefined;
  return fault !== undefined && ["wrong-shape", "missing-tensor", "extra-tensor", "nothing-fits"].includes(fault);
} // prettier-ignore

const names: Record<CheckpointKind, string> = {
  transformer: "FLUX.1-dev",
  autoencoder: "an autoencoder",
  t5: "T5 XXL",
  clip: "CLIP L",
};

async function place(file: string): Promise<Known> {
  const found = await stat(file).catch(() => undefined);
  return { path: file, sizeBytes: found?.size ?? 0, volume: found?.dev ?? 0 };
}

/** Of all shards together. */
async function sizeOf({ root, files }: WeightSource): Promise<number> {
  const sizes = files.map(async (file) => (await stat(path.join(root, file))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
