// People's training data: pages with captions, and folders of frames.
export { framedPrompt } from "./caption.js";
export type { CaptionsJson } from "./captions-json.js";
export { type Dataset, type Example, readDataset, type ReadOptions } from "./dataset.js";
export { DatasetError, type Problem, type ProblemCode, tellProblems } from "./error.js";
export type { PageFiles, SequenceFiles } from "./files.js";
export { pageOf } from "./page-of.js";
export { survey, type Survey } from "./survey.js";
