// The paper's rubric, judged by a vision model.
export { judge, meanScores, type Judged, type Judgement, type JudgeOptions } from "./judge.js";
export { criteria, criterionNames, type Criterion } from "./rubric.js";
