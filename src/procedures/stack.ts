// The LoRAs that a page is painted with, one after the other: as the engine is asked for them, and as a
// procedure remembers them.
import type { ModelDomain } from "./model.js";
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
export function lorasOf(stack: readonly StackPart[]): Pick<PaintRequest, "domains" | "loras"> {
  return {
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

export function domainPart(inModel: ModelDomain, weight: number): StackPart {
  const { domain } = inModel;
  return "b" in inModel
    ? { name: "asymmetric", domain, b: inModel.b, weight }
    : { name: domain, domain, file: inModel.loraFile, weight };
}

export function stylePart({ slug: name, weight, file }: Style): StackPart {
  return { name, weight, ...(file !== undefined && { file }) };
}
