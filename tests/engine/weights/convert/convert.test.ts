// Converted weights give what they stand for, and no more is lost than their form says.
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, test } from "vitest";
import { convertModel, createEngine, EngineError } from "#src/engine/index.js";
import { readModelConfig } from "#src/engine/models/config.js";
import { modelWeights } from "#src/engine/model-weights.js";
import { plainNumbers } from "#src/engine/weights/convert/dequantize.js";
import type { WeightForm } from "#src/engine/weights/convert/target.js";
import { openSafetensors } from "#src/engine/weights/safetensors.js";
import { writeSafetensors } from "#src/engine/weights/write.js";
import { redRocket } from "../../red-rocket.js";
import { temporaryFolder } from "../../../support/temporary.js";
import { rounding } from "./rounding.js";

const reference = fileURLToPath(new URL("../../../reference", import.meta.url));
const config = await readModelConfig(reference);
const root = temporaryFolder();
let folder: string;
beforeEach(({ task }) => {
  folder = join(root, task.id);
  mkdirSync(folder);
});

const convert = (model: string, form?: WeightForm) =>
  modelWeights(model, config, "transformer", { form, cacheFolder: folder });

describe("the reference's weights in BF16", () => {
  test("lose nothing as F16, 0.5 % in 8 bits, and 7 % in 4 whose modulation has 8", async () => {
    const own = await plainNumbers(join(reference, "flux.safetensors"));
    const lost = async (form: WeightForm) =>
      rounding(await plainNumbers(await convert(reference, form)), own);
    expect(await lost("f16")).toBeLessThan(1e-8); // of the smallest, a few digits
    expect(await lost("8-bit")).toBeCloseTo(0.005, 3);
    expect(await lost("4-bit")).toBeCloseTo(0.07, 2);
  });

  test("keep biases, norms and the layers before and behind the blocks byte for byte", async () => {
    const before = await openSafetensors(join(reference, "flux.safetensors"));
    const path = await convert(reference, "4-bit");
    const after = await openSafetensors(path);
    const [old, made] = [readFileSync(before.path), readFileSync(path)];
    let kept = 0;
    for (const [key, { dtype, offset, length }] of after.tensors) {
      if (key.includes("@")) continue;
      const { offset: from } = before.tensors.get(key)!;
      expect([key, dtype, made.subarray(offset, offset + length)]).toEqual([
        key,
        "BF16",
        old.subarray(from, from + length),
      ]);
      kept++;
    }
    expect(kept).toBe(
      [...before.tensors].filter(([key, { shape }]) => shape.length < 2 || !/_blocks\./.test(key))
        .length,
    );
  });

  test("make a file that says what it is, once", async () => {
    const path = await convert(reference, "8-bit");
    expect(readdirSync(folder)).toEqual(["makeanything"]);
    expect(basename(path)).toMatch(/^[0-9a-f]{12}-8-bit\.safetensors$/);
    const { metadata } = await openSafetensors(path);
    expect(metadata).toMatchObject({
      source: "flux.safetensors",
      variant: "8-bit",
      converter: "1",
    });
    expect(metadata.checksum).toMatch(/^[0-9a-f]{64}$/);
    const { mtimeMs } = statSync(path);
    expect(await convert(reference, "8-bit")).toBe(path);
    expect(statSync(path).mtimeMs).toBe(mtimeMs);
  });

  test("are made again when the file was cut short or altered", async () => {
    const path = await convert(reference, "4-bit");
    const whole = readFileSync(path);
    writeFileSync(path, whole.subarray(0, -1));
    expect(readFileSync(await convert(reference, "4-bit")).equals(whole)).toBe(true);
    writeFileSync(path, Buffer.from(whole).fill(0, whole.length - 500));
    expect(readFileSync(await convert(reference, "4-bit")).equals(whole)).toBe(true);
  });

  test("are run as they lie where nothing is to be changed", async () => {
    expect(await convert(reference)).toBe(join(reference, "flux.safetensors"));
    const f16 = await convert(reference, "f16");
    cpSync(f16, join(folder, "flux.safetensors"));
    expect(await convert(folder, "f16")).toBe(join(folder, "flux.safetensors"));
  });

  test("are refused with a number that is none, or that F16 cannot hold", async () => {
    const numbers = await plainNumbers(join(reference, "flux.safetensors"));
    const { data } = numbers.get("double_blocks.1.img_mlp.0.weight")!;
    for (const [form, value] of [
      ["8-bit", NaN],
      ["4-bit", -Infinity],
      ["f16", 7e4],
    ] as const) {
      data[100] = value;
      await writeSafetensors(join(folder, "flux.safetensors"), numbers);
      await expect(convert(folder, form)).rejects.toMatchObject({
        code: "bad_weights",
        details: { error: "non-finite", tensor: "double_blocks.1.img_mlp.0.weight" },
      });
    }
  });

  test("are refused without a folder for the file", async () => {
    const converting = modelWeights(reference, config, "transformer", { form: "8-bit" });
    await expect(converting).rejects.toThrow("no folder was given");
  });
});

test("the embedded model paints with 8-bit weights, which progress tells of", async () => {
  const engine = createEngine({ variant: "cpu-8bit", cacheFolder: folder });
  const steps: number[] = [];
  const onProgress = ({ phase, step }: { phase: string; step: number }) =>
    phase === "load" ? void steps.push(step) : undefined;
  const { page } = await engine.paint(redRocket, { onProgress });
  await engine.close();
  expect(steps).toEqual(steps.toSorted((a, b) => a - b));
  expect(steps.filter((step) => !Number.isInteger(step)).length).toBeGreaterThan(10);
  const exact = createEngine();
  const { page: plain } = await exact.paint(redRocket);
  await exact.close();
  const differing = page.data.map((value, i) => Math.abs(value - plain.data[i]!));
  const mean = differing.reduce((sum, value) => sum + value, 0) / differing.length;
  expect(mean).toBeGreaterThan(0);
  expect(mean).toBeLessThan(8);
});

test("a cancel while weights are converted ends the job, and the next one goes on", async () => {
  const controller = new AbortController();
  const settings = { variant: "cpu-4bit", cacheFolder: folder } as const;
  const cut = convertModel(reference, settings, {
    signal: controller.signal,
    onProgress: () => controller.abort(),
  });
  await expect(cut).rejects.toSatisfy(
    (error) => error instanceof EngineError && error.code === "cancelled",
  );
  const { variant, files } = await convertModel(reference, settings, {});
  expect([variant, files.length]).toEqual(["cpu-4bit", 1]);
  expect(await convertModel(reference, { variant: "cpu" }, {})).toEqual({
    variant: "cpu",
    files: [],
  });
});
