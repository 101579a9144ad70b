import { expect, test } from "vitest";
import { acceleratorsIn } from "#src/doctor/accelerators.js";
import type { FoundFile } from "#src/doctor/world.js";

const HUB = "/hub/models--";
const TURBO = `${HUB}alimama-creative--FLUX.1-Turbo-Alpha/snapshots/1/diffusion_pytorch_model.safetensors`;
const HYPER = "/ComfyUI/models/loras/Hyper-FLUX.1-dev-16steps-lora.safetensors";

const found = (path: string, domainCount?: number): FoundFile => ({
  path,
  is: "",
  parts: [],
  warnings: [],
  sizeBytes: 1,
  volume: 1,
  ...(domainCount !== undefined && { lora: { domainCount, trained: [] } }),
});

test("accelerating LoRAs are known by their file or their repository", () => {
  const accelerators = acceleratorsIn([
    found(TURBO, 0),
    found(HYPER, 0),
    found("/loras/aquarelle.safetensors", 0),
  ]);
  expect(accelerators).toMatchObject([
    { preset: "hyper-16", steps: 16, weight: 0.125, file: { path: HYPER } },
    { preset: "turbo", steps: 8, weight: 1, file: { path: TURBO } },
  ]);
});

test("what only has the name is none: no LoRA of FLUX.1-dev, or an asymmetric one", () => {
  expect(acceleratorsIn([found(TURBO), found(HYPER, 21)])).toEqual([]);
});
