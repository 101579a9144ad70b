// How parameters follow their gradients.
export { adamw, type AdamWOptions } from "./adamw.js";
export { came, type CameOptions } from "./came.js";
export { muon, type MuonOptions } from "./muon.js";
export type { Gradients, Optimizer, Parameter } from "./optimizer.js";
export { prodigy, type ProdigyOptions } from "./prodigy.js";
