import { expect, test } from "vitest";
import { placement, variants, type VariantName } from "#src/engine/variants/index.js";
import { fluxDev } from "#src/doctor/flux-dev.js";

const placed = (name: VariantName, memoryBytes: number | undefined, tiles?: "auto" | "off") =>
  placement(
    fluxDev,
    {
      variant: variants.find((variant) => variant.name === name)!,
      device: { provider: "cuda", attention: "fused" },
      ...(memoryBytes !== undefined && { memoryBytes }),
      isSmall: false,
      because: "",
      others: [],
    },
    tiles,
  );

test("the autoencoder sees a whole page where that finds room beside the transformer", () => {
  const { inTiles, room } = placed("cuda-bf16", 80e9);
  expect(inTiles).toBe(false);
  expect(room!.needs.decoder).toBeGreaterThan(3e9);
});

test("it works in tiles where it would not, and takes a fraction of the memory", () => {
  const { inTiles, room } = placed("cuda-8bit", 12e9);
  expect(inTiles).toBe(true);
  expect(room!.needs.decoder).toBeLessThan(1.5e9);
  expect(placed("cuda-8bit", undefined).inTiles).toBe(true);
});

test("tiles can be switched off", () => {
  const { inTiles, room } = placed("cuda-8bit", 12e9, "off");
  expect(inTiles).toBe(false);
  expect(room!.needs.decoder).toBeGreaterThan(3e9);
});
