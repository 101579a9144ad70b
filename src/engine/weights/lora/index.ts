// LoRA files in every format that people have, and stacks of them: read for a network's inputs, or baked.
export { bindBaked, type BakedStack } from "./bake.js";
export { readExtras, type LoraExtras } from "./extras.js";
export { domainCount, openLora, type LoraFile } from "./open.js";
export type { LowRankPair } from "./pieces.js";
export { bakeStack, stackLoras, type LoraStack } from "./stack.js";
export { readFinite, type LoraPart } from "./used.js";
