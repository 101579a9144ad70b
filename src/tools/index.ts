// What a client can ask.
import { cancelProcedure } from "./cancel-procedure.js";
import { captionSteps } from "./caption-steps.js";
import { deleteProcedure } from "./delete-procedure.js";
import { exportProcedure } from "./export-procedure.js";
import { findImages } from "./find-images.js";
import { freeMemory } from "./free-memory.js";
import { generateProcedure } from "./generate-procedure.js";
import { getProcedure } from "./get-procedure.js";
import { listDomains } from "./list-domains.js";
import { listProcedures } from "./list-procedures.js";
import { recraftFromImage } from "./recraft-from-image.js";
import { refineSteps } from "./refine-steps.js";
import { serverStatus } from "./server-status.js";
import type { Tool } from "./tool.js";
import { viewFrame } from "./view-frame.js";
import type { Domain } from "../procedures/index.js";

export { domainsOf, tellDomains, type DomainList } from "./list-domains.js";
export { recordOf, type ProcedureRecord } from "./record.js";
export { type Weighted, weightedList } from "./weighted.js";
export type { Answer, Block, Tool, ToolRun, ToolSettings } from "./tool.js";

export function createTools(domains: readonly Domain[]): Tool[] {
  return [
    generateProcedure(domains),
    recraftFromImage(domains),
    refineSteps,
    getProcedure,
    cancelProcedure,
    listProcedures,
    captionSteps,
    exportProcedure,
    deleteProcedure,
    listDomains,
    findImages,
    serverStatus,
    freeMemory,
    viewFrame,
  ];
}
