// Procedures: what they are, where they are kept, and the three ways to make one.
export {
  type BlendInput,
  type DomainChoice,
  MAX_DOMAIN_WEIGHT,
  MAX_STYLES,
  sayBlend,
  type StyleChoice,
} from "./blend.js";
export {
  domainIn,
  howToInstall,
  openContext,
  requireDomain,
  type Context,
  type ContextOptions,
  usualFrames,
} from "./context.js";
export { cosineDistance, meanDistance, partsDistance } from "./distance.js";
export {
  DOMAIN_FILE,
  DOMAIN_LORA,
  loadDomains,
  ownDomains,
  type Domain,
  type DomainFile,
} from "./domains.js";
export { ProcedureError, type ProcedureErrorCode } from "./error.js";
export { generate, planGenerate, type GenerateInput } from "./generate.js";
export {
  exportUri,
  findStep,
  HANDLES,
  manifestUri,
  pageUri,
  stepUri,
  tutorialUri,
} from "./handle.js";
export { MAX_CAPTION_LENGTH, MAX_SUBJECT_LENGTH } from "./input.js";
export { isActive, type Job } from "./jobs/job.js";
export { createJobs, type Found, type Jobs } from "./jobs/jobs.js";
export { sayDuration } from "./jobs/words.js";
export { canDraw, exampleSubjects } from "./knowledge.js";
export {
  frameCounts,
  loadModel,
  ofGrid,
  pagePx,
  samplingFor,
  type FrameCount,
  type Model,
  type ModelDomain,
} from "./model.js";
export {
  canvasFor,
  cellRectAt,
  type Canvas,
  type MakeOptions,
  type MakeProgress,
} from "./paint.js";
export type { Plan, Request } from "./plan.js";
export { procedure, type Procedure, type ProcedureStep } from "./procedure.js";
export { buildPrompt } from "./prompt.js";
export { recaption } from "./recaption.js";
export { GIVEN_INLINE, planRecraft, recraft, type RecraftInput } from "./recraft.js";
export { planRefine, refine, type RefineInput } from "./refine.js";
export { MAX_STEPS } from "./refine-plan.js";
export { ownRooms } from "./own-files.js";
export { readableFolders } from "./source-file.js";
export { MANIFEST_FILE } from "./manifest.js";
export type { News } from "./news.js";
export type { Store } from "./store.js";
export { addStyle, removeStyle } from "./style-folder.js";
export { isStyleFolder, MAX_STYLE_WEIGHT, requireStyle, type Style, stylesOf } from "./styles.js";
export { domainPart, lorasOf, type StackPart } from "./stack.js";
export { suggestDomains, suggestIds, suggestSteps } from "./suggest.js";
export { oneLine, reasonOf, slugOf } from "./words.js";
/** What a job rejects with where a child process failed. */
export { type EngineState, WorkerError, weightsBytes } from "../workers/index.js";
