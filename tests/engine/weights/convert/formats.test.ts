// Weights of every format become the forms that variants ask for.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { modelWeights } from "#src/engine/model-weights.js";
import { configOf, readCase } from "#src/engine/parity/formats/case.js";
import { plainNumbers } from "#src/engine/weights/convert/dequantize.js";
import type { WeightForm } from "#src/engine/weights/convert/target.js";
import { openWeights } from "#src/engine/weights/source.js";
import { temporaryFolder } from "../../../support/temporary.js";
import { rounding } from "./rounding.js";

const formats = fileURLToPath(new URL("../../../../../shared/reference/formats", import.meta.url));
const isMissing = !existsSync(formats);
const cacheFolder = temporaryFolder();

async function converted(name: string, form: WeightForm | undefined) {
  const config = configOf(await readCase(formats, name));
  const path = await modelWeights(join(formats, name), config, "transformer", {
    form,
    cacheFolder,
  });
  return { path, numbers: await plainNumbers(path) };
}

/** In our own layout as it lies. */
async function stored(name: string) {
  const { entry } = await readCase(formats, name);
  return plainNumbers(join(formats, name, entry));
}

describe.skipIf(isMissing)(
  isMissing ? "weights in other formats (skipped: they are not here)" : "weights in other formats",
  () => {
    test.each<[string, WeightForm | undefined, number]>([
      ["base-f16", "8-bit", 0.0055],
      ["base-diffusers-sharded", "f16", 0.002], // BF16's own
      ["base-fp8-scaled-a", "f16", 0.027],
      ["base-fp8-scaled-c", "f16", 0.027],
      ["base-fp8-e5m2-raw", "f16", 0.053],
      ["base-fp8-raw-all", "8-bit", 0.036],
      ["base-gguf-q8_0-prefix", "4-bit", 0.081],
      ["base-gguf-q8_0", undefined, 0.0058],
      ["base-gguf-q4_0", "8-bit", 0.087],
    ])("%s as %s are within %d of the unrounded", async (name, form, limit) => {
      const { numbers } = await converted(name, form);
      const lost = rounding(numbers, await stored("base-f32"));
      expect(lost).toBeLessThan(limit);
      expect(lost).toBeGreaterThan(0.7 * limit);
    });

    test("of fp8 lose nothing as F16", async () => {
      const { numbers } = await converted("base-fp8-raw-all", "f16");
      expect(rounding(numbers, await stored("base-fp8-raw-all"))).toBe(0);
    });

    test("in blocks of as many bits stay what they are", async () => {
      const plain = await converted("base-gguf-q8_0", undefined);
      const { path, numbers } = await converted("base-gguf-q8_0", "8-bit");
      expect(rounding(numbers, plain.numbers)).toBe(0);
      const { tensors } = await openWeights(path);
      expect(tensors.get("single_blocks.0.linear1.weight")!.blocks).toMatchObject({ bits: 8 });
    });
  },
);
