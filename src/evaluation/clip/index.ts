// CLIP as a judge of whether a picture shows what a text says.
export { scoreProcedures, type ScoredProcedure } from "./procedures.js";
export { clipScore, openClip, openClipScorer, type ClipScorer } from "./score.js";
