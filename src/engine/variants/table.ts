// The ways in which a model can be run, best first. A variant is a row: where, in which numbers, in which
// form the weights lie in memory, how LoRAs come in, and when the modulation layers run.
import type { ComputeType, Provider } from "../runtime/index.js";

export interface Variant {
  name: string;
  provider: Provider;
  /** what is computed with */
  compute: ComputeType;
  /** the form of the blocks' weights in memory; `as-they-are`: in the numbers computed with */
  weights: "as-they-are" | "8-bit" | "4-bit" | "fp8";
  /** inputs: another stack needs no other session; baked: where inputs are sent anew at every run */
  loras: "inputs" | "baked";
  /** ahead: for all steps of a job at once, in a session of its own that may leave before the transformer comes */
  modulation: "ahead" | "inside";
}

export const variants = [
  { name: "cuda-bf16", provider: "cuda", compute: "bf16", weights: "as-they-are", loras: "baked", modulation: "ahead" },
  { name: "cuda-fp8", provider: "cuda", compute: "bf16", weights: "fp8", loras: "baked", modulation: "ahead" },
  { name: "cuda-8bit", provider: "cuda", compute: "bf16", weights: "8-bit", loras: "baked", modulation: "ahead" },
  { name: "webgpu-f16", provider: "webgpu", compute: "f16", weights: "as-they-are", loras: "inputs", modulation: "ahead" },
  { name: "webgpu-8bit", provider: "webgpu", compute: "f16", weights: "8-bit", loras: "inputs", modulation: "ahead" },
  { name: "webgpu-4bit", provider: "webgpu", compute: "f16", weights: "4-bit", loras: "inputs", modulation: "ahead" },
  { name: "webgpu-f32", provider: "webgpu", compute: "f32", weights: "as-they-are", loras: "inputs", modulation: "ahead" },
  { name: "cpu", provider: "cpu", compute: "f32", weights: "as-they-are", loras: "inputs", modulation: "inside" },
  { name: "cpu-8bit", provider: "cpu", compute: "f32", weights: "8-bit", loras: "inputs", modulation: "ahead" },
  { name: "cpu-4bit", provider: "cpu", compute: "f32", weights: "4-bit", loras: "inputs", modulation: "ahead" },
] as const satisfies Variant[]; // prettier-ignore

export type VariantName = (typeof variants)[number]["name"];
