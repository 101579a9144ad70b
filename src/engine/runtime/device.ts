// Where a graph runs: a provider of the runtime, which of its devices, and how attention is computed.
import type { InferenceSession } from "onnxruntime-node";
import type { Graph } from "../graph/index.js";

export const providers = ["cuda", "webgpu", "cpu"] as const;
export type Provider = (typeof providers)[number];

export interface Device {
  provider: Provider;
  /** which of CUDA's devices; the first where nothing is given */
  deviceId?: number;
  /** `plain` where the provider's fused op was found to be wrong */
  attention: "fused" | "plain";
}

export const processor: Device = { provider: "cpu", attention: "fused" };

type RuntimeOptions = Pick<InferenceSession.SessionOptions, "executionProviders"> & {
  /** entries of the session's own configuration: the binding takes strings alone */
  entries: Record<string, string>;
};

/** WGSL promises 11 bits of a sine, and those only within one turn; time embeddings make 160. */
const INEXACT_ON_WEBGPU = new Set(["Sin", "Cos"]);

/** What the runtime is told of a device that a graph is to run on. */
export function runtimeOptions({ provider, deviceId = 0 }: Device, graph: Graph): RuntimeOptions {
  if (provider === "cpu") return { entries: {} };
  if (provider === "webgpu") {
    const inexact = graph.nodes.filter(({ op }) => INEXACT_ON_WEBGPU.has(op));
    const forceCpuNodeNames = inexact.map(({ outputs }) => outputs[0]!); // `encode` names nodes so
    // An empty list is refused.
    const forced = forceCpuNodeNames.length > 0 ? { forceCpuNodeNames } : {};
    return { executionProviders: [{ name: "webgpu", ...forced }], entries: {} };
  }
  return {
    executionProviders: [{ name: "cuda", deviceId }],
    // Weights stay out of the arena, which grows in powers of two.
    entries: { use_device_allocator_for_initializers: "1" },
  };
}
