// What a client can ask.
import { generateProcedure } from "./generate-procedure.js";
import { listDomains } from "./list-domains.js";
import { recraftFromImage } from "./recraft-from-image.js";
import { refineSteps } from "./refine-steps.js";
import type { Tool } from "./tool.js";
import type { Domain } from "../procedures/index.js";

export { domainsOf, tellDomains, type DomainList } from "./list-domains.js";
export { recordOf, type ProcedureRecord } from "./record.js";
export type { Answer, Block, Tool, ToolSettings } from "./tool.js";

export function createTools(domains: readonly Domain[]): Tool[] {
  return [generateProcedure(domains), recraftFromImage(domains), refineSteps, listDomains];
}
