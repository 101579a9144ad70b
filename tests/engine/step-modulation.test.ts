// The modulation layers in a session of their own, ahead, against the one graph that holds them.
import { cpSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { fluxModulation } from "#src/engine/models/flux-modulation.js";
import { fluxBlocks, fluxTransformer } from "#src/engine/models/flux.js";
import { readModelConfig } from "#src/engine/models/config.js";
import { Networks } from "#src/engine/networks.js";
import { CaseFile } from "#src/engine/parity/case-file.js";
import { conditions } from "#src/engine/parity/network-cases.js";
import { openSafetensors } from "#src/engine/weights/safetensors.js";
import type { LoraPart } from "#src/engine/weights/lora/index.js";
import { relativeRms } from "../support/relative-rms.js";
import { temporaryFolder } from "../support/temporary.js";
import { fluxDev } from "#src/doctor/flux-dev.js";
import { numbers, writeLora } from "./weights/lora/files.js";

const folder = temporaryFolder();
cpSync(fileURLToPath(new URL("../reference", import.meta.url)), folder, { recursive: true });
const config = await readModelConfig(folder);
const cases = new CaseFile(await openSafetensors(join(folder, "cases/transformer.safetensors")));
const TIMES = [1, 0.8, 0.33];

/** It changes modulation layers, at both ends, and what the blocks' session takes by inputs. */
const everywhere = writeLora({
  "lora_unet_double_blocks_0_img_mod_lin.lora_down.weight": numbers([2, 64], 1),
  "lora_unet_double_blocks_0_img_mod_lin.lora_up.weight": numbers([384, 2], 2),
  "lora_unet_final_layer_adaLN_modulation_1.lora_down.weight": numbers([1, 64], 3),
  "lora_unet_final_layer_adaLN_modulation_1.lora_up.weight": numbers([128, 1], 4),
  "time_in.in_layer.lora_A.weight": numbers([1, 256], 5),
  "time_in.in_layer.lora_B.weight": numbers([64, 1], 6),
  "time_in.in_layer.lora_B.bias": numbers([64], 7),
  "double_blocks.0.img_attn.norm.query_norm.scale": numbers([16], 8),
});

const stacks: Record<string, (networks: Networks) => Promise<LoraPart[]>> = {
  "no LoRA": () => Promise.resolve([]),
  "a domain": async (networks) => [
    { file: await networks.openLora(join(folder, "asymmetric_lora.safetensors")), b: 2, weight: 1 },
  ],
  "a LoRA that changes modulation, time and norms": async (networks) => [
    { file: await networks.openLora(everywhere), weight: 0.5 },
  ],
};

const opened: Networks[] = [];
const open = (options: ConstructorParameters<typeof Networks>[2]) => {
  const networks = new Networks(folder, config, options);
  opened.push(networks);
  return networks;
};
afterAll(() => Promise.all(opened.map((networks) => networks.close())));

/** Of every time; ahead, all of them are known before the first. */
async function predictions(networks: Networks, stack: string): Promise<Float32Array[]> {
  const fixed = conditions(networks, cases, await stacks[stack]!(networks));
  await networks.modulate(fixed, TIMES);
  expect(networks.isModulated(fixed, TIMES)).toBe(true);
  await networks.release("modulation");
  const results: Float32Array[] = [];
  for (const timestep of TIMES)
    results.push(await networks.predict({ ...fixed, img: cases.floats("in.img"), timestep }));
  expect(networks.isOpen("modulation")).toBe(false);
  return results;
}

describe.each(["inputs", "baked"] as const)("ahead is the same as inside, LoRAs as %s", (loras) => {
  const [inside, ahead] = [open({ loras }), open({ loras, modulation: "ahead" })];

  test.each(Object.keys(stacks))("%s", async (stack) => {
    const [one, other] = [await predictions(inside, stack), await predictions(ahead, stack)];
    for (const [step, prediction] of other.entries())
      expect(relativeRms(prediction, one[step]!)).toBeLessThan(1e-6);
    expect(relativeRms(other[1]!, other[0]!)).toBeGreaterThan(0.001); // steps are not mixed up
  });
});

test("what was computed ahead is of its prompt, guidance and stack alone", async () => {
  const networks = open({ modulation: "ahead" });
  const fixed = conditions(networks, cases, []);
  await networks.modulate(fixed, TIMES);
  const others = [
    { ...fixed, vec: fixed.vec.map((value) => -value) },
    { ...fixed, guidance: 9 },
    { ...fixed, loras: networks.stack(await stacks["a domain"]!(networks)) },
  ];
  for (const changed of others) {
    expect(networks.isModulated(changed, TIMES)).toBe(false);
    const input = { ...changed, img: cases.floats("in.img"), timestep: 0.8 };
    const [one, other] = [await open({}).predict(input), await networks.predict(input)];
    expect(relativeRms(other, one)).toBeLessThan(1e-6);
  }
  // Those of two are kept, as a job needs that is guided away from a prompt, and no more.
  const kept = [fixed, ...others].map((each) => networks.isModulated(each, [0.8]));
  expect(kept).toEqual([false, false, true, true]);
});

test("another model's file is refused by the part as by the whole, and named the same", async () => {
  const larger = { ...config, transformer: { ...config.transformer, depth: 3 } };
  const refusals = await Promise.all(
    (["inside", "ahead"] as const).map(async (modulation) => {
      const networks = new Networks(folder, larger, { modulation });
      return networks.open("transformer").catch((error: Error) => error.message);
    }),
  );
  expect(refusals[0]).toMatch(/double_blocks\.2\..*missing tensor/);
  expect(refusals[1]).toBe(refusals[0]);
});

describe("at real sizes the two parts", () => {
  const options = { takesLora: "all" } as const;
  const whole = fluxTransformer(fluxDev.transformer, options);
  const parts = [fluxModulation, fluxBlocks].map((build) => build(fluxDev.transformer, options));
  const [modulation, blocks] = parts as [typeof whole, typeof whole];

  test("share no weight and no LoRA, and together have those of the whole", () => {
    const weights = parts.flatMap((part) => [...part.weights]);
    expect(weights).toHaveLength(whole.weights.size);
    expect(new Map(weights)).toEqual(whole.weights);
    const modules = parts.flatMap(({ lowRankModules }) => lowRankModules.map(({ name }) => name));
    expect(modules.toSorted()).toEqual(whole.lowRankModules.map(({ name }) => name).toSorted());
  });

  test("fit together: what one gives are the inputs that the other has more than the whole", () => {
    const others = new Set(whole.inputs.map(({ name }) => name));
    const more = blocks.inputs.map(({ name }) => name).filter((name) => !others.has(name));
    expect(more.toSorted()).toEqual(modulation.outputs.toSorted());
    expect(more).toHaveLength(2 * 19 + 38 + 1);
  });
});
