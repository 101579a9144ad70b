import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readModelConfig } from "#src/engine/models/config.js";
import { settle } from "#src/engine/variants/index.js";

const small = await readModelConfig(fileURLToPath(new URL("../../reference/", import.meta.url)));
const dtypes = async () => new Set(["BF16"]);

test("a small model is the processor's, and neither file nor machine is looked at", async () => {
  const fails = () => Promise.reject(new Error("looked at"));
  expect(await settle(small, { dtypes: fails })).toMatchObject({
    variant: { name: "cpu" },
    device: { provider: "cpu", attention: "fused" },
    because: "the model is small",
  });
});

test("the processor can be asked for", async () => {
  const { variant, because } = await settle(small, { wish: { provider: "cpu" }, dtypes });
  expect(variant.name).toBe("cpu");
  expect(because).toMatch(/^the first that fits/);
});

test("what cannot be had is refused with its reason", async () => {
  const wish = { provider: "cpu", variant: "cuda-bf16" } as const; // no machine can grant both
  await expect(settle(small, { wish, dtypes })).rejects.toMatchObject({
    code: "no_device",
    message:
      "the model cannot be run here, what was asked for cannot be had: cuda-bf16: the configuration asks for the provider cpu",
  });
});
