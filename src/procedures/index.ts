// Procedures: what they are, where they are kept, and the three ways to make one.
export { howToInstall, openContext, type Context, type ContextOptions } from "./context.js";
export type { Domain } from "./domains.js";
export { ProcedureError, type ProcedureErrorCode } from "./error.js";
export { generate, type GenerateInput } from "./generate.js";
export { findStep, HANDLES, manifestUri, pageUri, stepUri } from "./handle.js";
export { MAX_CAPTION_LENGTH, MAX_SUBJECT_LENGTH } from "./input.js";
export { canDraw, exampleSubjects } from "./knowledge.js";
export { frameCounts, type FrameCount, type Model } from "./model.js";
export type { MakeOptions, MakeProgress } from "./paint.js";
export type { Procedure, ProcedureStep } from "./procedure.js";
export { recraft, type RecraftInput } from "./recraft.js";
export { refine, type RefineInput } from "./refine.js";
export { MAX_STEPS } from "./refine-plan.js";
export { MANIFEST_FILE, type Store } from "./store.js";
/** What a job rejects with where a child process failed. */
export { WorkerError } from "../workers/index.js";
