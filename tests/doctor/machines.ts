// Machines for tests.
import type { Machine } from "#src/doctor/world.js";

const GB = 1e9;

const none: Machine = {
  ramBytes: 16 * GB,
  cuda: [],
  providers: [
    { provider: "cuda", usable: false, why: "nvidia-smi shows no NVIDIA GPU", computes: [], attention: "fused" },
    { provider: "webgpu", usable: false, why: "no graphics processor is to be seen", computes: [], attention: "fused" },
    { provider: "cpu", usable: true, why: "every machine has one", computes: ["f32"], attention: "fused", memoryBytes: 16 * GB },
  ],
}; // prettier-ignore

export const withRam = (ramBytes: number): Machine => ({
  ...none,
  ramBytes,
  providers: none.providers.map((one) => (one.provider === "cpu" ? { ...one, memoryBytes: ramBytes } : one)),
}); // prettier-ignore

export function withCuda(memoryBytes: number): Machine {
  const why = "NVIDIA GeForce RTX 4090, driver 560.35";
  const found = "products and fused attention are right";
  const card = { usable: true, why, memoryBytes, computes: ["f32", "f16", "bf16"] as const, found };
  return {
    ...withRam(64 * GB),
    providers: withRam(64 * GB).providers.map((one) => (one.provider === "cuda" ? { ...one, ...card } : one)),
  };
} // prettier-ignore
