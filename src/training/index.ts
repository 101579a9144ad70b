// Training: configurations, data, the loop, and the objectives that go through it.
export {
  loadTrainingConfig,
  readConfig,
  type LoadedConfig,
  type TrainingConfig,
} from "./config.js";
export { TrainingError, type TrainingErrorCode } from "./error.js";
export type { TrainingProgress } from "./loop.js";
export { loadPlan, runPlan, type PartStart, type PlanOptions } from "./plan.js";
export { duration } from "./report-words.js";
export { packRun } from "./pack.js";
export { runTraining, type RunOptions } from "./run.js";
export { train } from "./loop.js";
export type { Objective } from "./objective.js";
export { reportStyle } from "./report-style.js";
export { escapeHtml } from "./report-words.js";
