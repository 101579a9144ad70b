// The LoRAs that a page is painted with, one after the other: as the engine is asked for them, and as a
// procedure remembers them.
import { ProcedureError } from "./error.js";
import {
  forFrames,
  type FrameCount,
  framesOf,
  type Model,
  type ModelDomain,
  ofGrid,
} from "./model.js";
import type { Procedure } from "./procedure.js";
import type { Style } from "./styles.js";
import type { PaintRequest } from "../workers/index.js";

/** One LoRA of a page. */
export interface StackPart {
  /** as the engine calls its file */
  name: string;
  weight: number;
  /** of the asymmetric LoRA: whose B, and which; of a domain that people trained, the domain alone */
  domain?: string;
  b?: number;
  /** absolute; those without one are the model's own */
  file?: string;
}

/** What the engine is asked to stack. */
export function lorasOf(
  stack: readonly StackPart[],
): Pick<PaintRequest, "domains" | "asymmetric" | "loras"> {
  const asymmetric = stack.find(({ b }) => b !== undefined)?.name;
  return {
    ...(asymmetric !== undefined && { asymmetric }),
    domains: stack.flatMap(({ b, weight }) => (b === undefined ? [] : [{ b, weight }])),
    loras: stack
      .filter(({ b }) => b === undefined)
      .map(({ name, file, weight }) => ({ name, ...(file !== undefined && { file }), weight })),
  };
}

/** The same as a procedure has it. @param versions - by name */
export function adaptersOf(
  stack: readonly StackPart[],
  versions: Readonly<Record<string, string>>,
): Procedure["adapters"] {
  return stack.map(({ name, domain, weight }) => ({
    name,
    ...(domain !== undefined && { domain }),
    version: versions[name] ?? "",
    weight,
  }));
}

/** Throws `frame_count` where the model has the domain for other pages alone. */
export function domainPart(
  { name: model, asymmetric }: Pick<Model, "name" | "asymmetric">,
  inModel: ModelDomain,
  { frames, weight }: { frames: FrameCount; weight: number },
): StackPart {
  const { domain, loraFile } = inModel;
  if (loraFile !== undefined) return { name: domain, domain, file: loraFile, weight };
  const b = forFrames(inModel.b, frames);
  if (b !== undefined)
    return { name: ofGrid(asymmetric, frames) ?? "asymmetric", domain, b, weight };
  const adapter = forFrames(inModel.adapter, frames);
  if (adapter !== undefined) return { name: adapter, domain, weight };
  throw new ProcedureError(
    "frame_count",
    `frames: the model “${model}” has ${domain} for pages of ${framesOf(inModel).join(" or ")} frames, got ${frames}`,
  );
}

export function stylePart({ slug: name, weight, file }: Style): StackPart {
  return { name, weight, ...(file !== undefined && { file }) };
}
