import { describe, expect, test } from "vitest";
import { memoryNeeds, variants, type VariantName } from "#src/engine/variants/index.js";
import { fluxDev } from "#src/doctor/flux-dev.js";

const need = (name: VariantName, load = {}) =>
  memoryNeeds(fluxDev.transformer, load)(variants.find((variant) => variant.name === name)!);

describe("FLUX.1-dev with one domain on a page of 1056² px needs", () => {
  test.each<[VariantName, number]>([
    ["cuda-bf16", 21e9],
    ["webgpu-f16", 21e9],
    ["cuda-fp8", 12e9],
    ["cuda-8bit", 12e9],
    ["webgpu-8bit", 12e9],
    ["webgpu-4bit", 8e9],
  ])("%s, no more than %d bytes", (name, limit) => {
    const { total, weights } = need(name);
    expect(total).toBeLessThanOrEqual(limit);
    expect(weights).toBeGreaterThan(limit / 2); // none of the blocks was left out
  });
});

test("the weights are all but what runs ahead, 8.62 of 11.90 billion; inside it is there", () => {
  expect(need("cuda-bf16").weights / 2).toBeCloseTo(8.62e9, -7);
  expect(need("webgpu-f32").weights).toBe(2 * need("cuda-bf16").weights);
  expect(need("cpu").weights / 4).toBeCloseTo(11.9e9, -7);
});

test("LoRAs that come in by inputs are float32, those that are baked in are what is computed with", () => {
  expect(need("webgpu-f16").loras).toBe(2 * need("cuda-bf16").loras);
});

test("memory grows with the page and the LoRA stack, and with nothing else of them", () => {
  const [usual, large] = [need("cuda-bf16"), need("cuda-bf16", { imgTokens: 9216 })];
  expect(large).toEqual({
    ...usual,
    activations: large.activations,
    total: usual.total + large.activations - usual.activations,
  });
  expect(large.activations / usual.activations).toBeCloseTo((9216 + 512) / (4356 + 512), 1);
  expect(need("cuda-bf16", { loraRank: 128 }).loras).toBe(2 * usual.loras);
  expect(need("cuda-bf16", { loraRank: 0 }).loras).toBe(0);
});
