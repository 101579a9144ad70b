// What is on this machine, what it can run, and what is missing: found, judged and told; and what was found
// put together to a model.
export { composeModel } from "./compose.js";
export { diagnose } from "./diagnose.js";
export type { Diagnosis } from "./diagnosis.js";
export { discover } from "./discover.js";
export { lookAtModel } from "./in-use.js";
export { lookAtMachine } from "./machine.js";
export { chooseParts, missingParts, type Parts } from "./parts.js";
export { type Place, placesOf } from "./places.js";
export { tell } from "./tell.js";
export { type WrittenModel, writeModel } from "./write-model.js";
export type { FoundFile, World } from "./world.js";
