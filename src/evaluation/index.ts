// Evaluation: what a model paints, held against the world, against a judge, and against people's eyes.
export { trainClassifier, type ClassifierRun } from "./classifier/index.js";
export { openClipScorer, scoreProcedures, type ClipScorer } from "./clip/index.js";
export { compare, comparisonTables, readComparison } from "./comparison/index.js";
export { EvaluationError, type EvaluationErrorCode } from "./error.js";
export { evaluate, type Evaluated, type EvaluateOptions } from "./evaluate.js";
export { renderReport } from "./report.js";
export { markdownTable, tablesOf } from "./table.js";
export { makeForm, tally, type Count, type FormKey } from "./form/index.js";
export { criterionNames, judge, meanScores, type Judged, type Judgement } from "./judge/index.js";
