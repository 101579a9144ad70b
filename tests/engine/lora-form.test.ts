import { cpSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { readModelConfig } from "#src/engine/models/config.js";
import { Networks } from "#src/engine/networks.js";
import { CaseFile } from "#src/engine/parity/case-file.js";
import { conditions } from "#src/engine/parity/network-cases.js";
import type { LoraPart } from "#src/engine/weights/lora/index.js";
import { openSafetensors } from "#src/engine/weights/safetensors.js";
import { temporaryFolder } from "../support/temporary.js";
import { numbers, writeLora } from "./weights/lora/files.js";

const reference = fileURLToPath(new URL("../reference", import.meta.url));
const folder = temporaryFolder();
for (const file of ["flux.safetensors", "asymmetric_lora.safetensors"])
  cpSync(join(reference, file), join(folder, file));
const config = await readModelConfig(reference);
const cases = new CaseFile(
  await openSafetensors(join(reference, "cases", "transformer.safetensors")),
);

/** Everything that a LoRA can change: q and v apart, both ends, halves swapped, a bias, a norm. */
const everything = writeLora({
  "transformer.single_transformer_blocks.1.attn.to_q.lora_A.weight": numbers([2, 64], 1),
  "transformer.single_transformer_blocks.1.attn.to_q.lora_B.weight": numbers([64, 2], 2),
  "transformer.single_transformer_blocks.1.attn.to_v.lora_A.weight": numbers([3, 64], 3),
  "transformer.single_transformer_blocks.1.attn.to_v.lora_B.weight": numbers([64, 3], 4),
  "transformer.norm_out.linear.lora_A.weight": numbers([2, 64], 5),
  "transformer.norm_out.linear.lora_B.weight": numbers([128, 2], 6),
  "img_in.lora_A.weight": numbers([2, 64], 7),
  "img_in.lora_B.weight": numbers([64, 2], 8),
  "img_in.lora_B.bias": numbers([64], 9),
  "double_blocks.0.img_attn.norm.query_norm.scale": numbers([16], 10),
});

const inputs = new Networks(folder, config);
const baked = new Networks(folder, config, { loras: "baked" });
afterAll(() => Promise.all([inputs.close(), baked.close()]));

const predict = (networks: Networks, parts: LoraPart[]) =>
  networks.predict({
    ...conditions(networks, cases, parts),
    img: cases.floats("in.img"),
    timestep: cases.floats("in.timestep")[0]!,
  });

const stacks: Record<string, (networks: Networks) => Promise<LoraPart[]>> = {
  nothing: () => Promise.resolve([]),
  "a mix of domains": async (networks) => {
    const file = await networks.openLora(join(folder, "asymmetric_lora.safetensors"));
    return [
      { file, b: 1, weight: 0.4 },
      { file, b: 3, weight: 0.6 },
    ];
  },
  "a LoRA in another folder": async (networks) => [
    { file: await networks.openLora(join(reference, "style_lora.safetensors")), weight: 0.7 },
  ],
  "a LoRA that changes all there is": async (networks) => [
    { file: await networks.openLora(everything), weight: 0.3 },
  ],
};

/** RMS of the difference over RMS of the second. */
function relativeRms(a: Float32Array, b: Float32Array): number {
  const squares = (values: Float32Array) => values.reduce((sum, value) => sum + value ** 2, 0);
  return Math.sqrt(squares(a.map((value, i) => value - b[i]!)) / squares(b));
}

describe("a baked stack is the stack by inputs, one after the other in the same model", () => {
  const base = predict(inputs, []);
  test.each(Object.keys(stacks))("%s", async (name) => {
    const byInputs = await predict(inputs, await stacks[name]!(inputs));
    const fromFiles = await predict(baked, await stacks[name]!(baked));
    expect(relativeRms(fromFiles, byInputs)).toBeLessThan(1e-5);
    const change = relativeRms(byInputs, await base);
    if (name === "nothing") expect(change).toBe(0);
    else expect(change).toBeGreaterThan(0.01);
  });

  test("and without one both are the base again", async () => {
    expect(await predict(inputs, [])).toEqual(await base);
    expect(relativeRms(await predict(baked, []), await base)).toBeLessThan(1e-5);
  });
});

test("a session that takes a LoRA everywhere is kept for one that is in the blocks alone", async () => {
  const ends = writeLora({
    "lora_unet_txt_in.lora_down.weight": numbers([1, 48], 1),
    "lora_unet_txt_in.lora_up.weight": numbers([64, 1], 2),
  });
  const networks = new Networks(folder, config);
  try {
    await predict(networks, [{ file: await networks.openLora(ends), weight: 1 }]);
    await networks.prepare(networks.stack([]));
    expect(networks.isOpen("transformer")).toBe(true);
    await networks.prepare(
      networks.stack([{ file: await networks.openLora(everything), weight: 1 }]),
    );
    expect(networks.isOpen("transformer")).toBe(false);
  } finally {
    await networks.close();
  }
});
