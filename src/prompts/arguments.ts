// Arguments that several prompts share.
import type { PromptArgument } from "./prompt.js";
import { suggestDomains, suggestIds } from "../procedures/index.js";

export const domainArgument = {
  description: "The craft, by its slug; the model chooses where it is left out.",
  optional: true,
  suggest: suggestDomains,
} satisfies PromptArgument;

export const procedureArgument = {
  description: "The procedure's id; the newest procedure where it is left out.",
  optional: true,
  suggest: ({ store }, start) => suggestIds(store, start),
} satisfies PromptArgument;
