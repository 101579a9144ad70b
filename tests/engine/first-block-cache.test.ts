// Steps that take from an earlier one what the blocks behind the first add to the image.
import { cpSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createEngine } from "#src/engine/index.js";
import { FirstBlockCache } from "#src/engine/first-block-cache.js";
import { readModelConfig } from "#src/engine/models/config.js";
import { Networks } from "#src/engine/networks.js";
import { CaseFile } from "#src/engine/parity/case-file.js";
import { conditions } from "#src/engine/parity/network-cases.js";
import { openSafetensors } from "#src/engine/weights/safetensors.js";
import { relativeRms } from "../support/relative-rms.js";
import { redRocket } from "./red-rocket.js";
import { temporaryFolder } from "../support/temporary.js";

const NEVER = Number.MIN_VALUE;
const ALWAYS = 1e9;
const ofAll = (...numbers: number[]) => Float32Array.from(numbers);

test("a step is like the last computed one by the mean difference over the mean change", () => {
  const cache = new FirstBlockCache(0.1);
  const rest = ofAll(7);
  expect(cache.restFor(ofAll(1, -1))).toBeUndefined();
  cache.keep(ofAll(1, -1), rest);
  expect(cache.restFor(ofAll(1.1, -1.08))).toBe(rest);
  expect(cache.restFor(ofAll(1.2, -1.04))).toBeUndefined();
  expect(cache.reused).toBe(1);
});

const folder = temporaryFolder();
cpSync(fileURLToPath(new URL("../reference", import.meta.url)), folder, { recursive: true });
const config = await readModelConfig(folder);
const cases = new CaseFile(await openSafetensors(join(folder, "cases/transformer.safetensors")));
const img = cases.floats("in.img");

describe.each(["inside", "ahead"] as const)("the pieces, modulation %s", (modulation) => {
  const networks = new Networks(folder, config, { modulation });
  let fixed: ReturnType<typeof conditions>;
  beforeAll(async () => {
    const file = await networks.openLora(join(folder, "asymmetric_lora.safetensors"));
    fixed = conditions(networks, cases, [{ file, b: 2, weight: 1 }]);
  });
  afterAll(() => networks.close());

  test("together they are the whole", async () => {
    const whole = await networks.predict({ ...fixed, img, timestep: 0.5 });
    const cache = new FirstBlockCache(NEVER);
    for (let i = 0; i < 2; i++) {
      const inPieces = await networks.predict({ ...fixed, img, timestep: 0.5, cache });
      expect(relativeRms(inPieces, whole)).toBeLessThan(1e-6);
    }
  });

  test("the first and the last alone agree where nothing has changed, and differ where something has", async () => {
    const whole = await networks.predict({ ...fixed, img, timestep: 0.5 });
    const cache = new FirstBlockCache(ALWAYS);
    await networks.predict({ ...fixed, img, timestep: 0.5, cache });
    const again = await networks.predict({ ...fixed, img, timestep: 0.5, cache });
    expect(cache.reused).toBe(1);
    expect(relativeRms(again, whole)).toBeLessThan(1e-6);
    const later = await networks.predict({ ...fixed, img, timestep: 0.4, cache });
    const laterWhole = await networks.predict({ ...fixed, img, timestep: 0.4 });
    expect(relativeRms(later, laterWhole)).toBeGreaterThan(1e-4);
  });
});

test("a page is the same to the byte without a threshold, and nearly with a low one", async () => {
  const engine = createEngine({ cacheThreshold: 0.15 });
  const request = { ...redRocket, widthPx: 128, heightPx: 128, steps: 16 };
  const whole = (await engine.paint({ ...request, cacheThreshold: 0 })).page.data;
  const never = (await engine.paint({ ...request, cacheThreshold: NEVER })).page.data;
  expect(never).toEqual(whole);
  const reused = (await engine.paint(request)).page.data;
  expect(reused).not.toEqual(whole);
  const mean =
    whole.reduce((sum, value, i) => sum + Math.abs(value - reused[i]!), 0) / whole.length;
  expect(mean).toBeLessThan(2);
  await engine.close();
});
