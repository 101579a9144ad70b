import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { LowRankModule } from "#src/engine/graph/index.js";
import { openLora, stackLoras, type LowRankPair } from "#src/engine/weights/lora.js";
import { floatTensor, writeSafetensors, type TensorToWrite } from "../../support/safetensors.js";
import { temporaryFolder } from "../../support/temporary.js";

const folder = temporaryFolder();
const module: LowRankModule = { name: "lora_unet_a", inFeatures: 3, outFeatures: 2 };
const other: LowRankModule = { name: "lora_unet_b", inFeatures: 2, outFeatures: 2 };

const numbers = (shape: number[], seed: number) =>
  floatTensor(
    shape,
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(seed + i)),
  );
const scalar = (value: number) => floatTensor([], Float32Array.of(value));

const asymmetric = {
  "lora_unet_a.lora_down.weight": numbers([2, 3], 1),
  "lora_unet_a.lora_ups.0.weight": numbers([2, 2], 2),
  "lora_unet_a.lora_ups.1.weight": numbers([2, 2], 3),
  "lora_unet_a.alpha": scalar(1),
};
const style = {
  "lora_unet_a.lora_down.weight": numbers([4, 3], 4),
  "lora_unet_a.lora_up.weight": numbers([2, 4], 5),
};

function open(name: string, tensors: Record<string, TensorToWrite>) {
  const path = join(folder, `${name}.safetensors`);
  writeSafetensors(path, tensors);
  return openLora(path, [module, other]);
}

const floats = ({ data }: TensorToWrite) =>
  new Float32Array(data.buffer, data.byteOffset, data.byteLength / 4);

/** B A, [out, in] */
function product(pair: LowRankPair, { inFeatures, outFeatures }: LowRankModule): number[] {
  return Array.from({ length: outFeatures * inFeatures }, (_, i) => {
    const [row, column] = [Math.floor(i / inFeatures), i % inFeatures];
    let sum = 0;
    for (let r = 0; r < pair.rank; r++)
      sum += pair.up[row * pair.rank + r]! * pair.down[r * inFeatures + column]!;
    return sum;
  });
}

const part = (down: TensorToWrite, up: TensorToWrite): number[] =>
  product({ rank: down.shape[0]!, down: floats(down), up: floats(up) }, module);

test("a stack is Σ ω (α/r) B A, over domains in any mix and plain LoRAs", async () => {
  const domains = await open("asymmetric", asymmetric);
  const plain = await open("style", style);
  const stacked = stackLoras(
    [module, other],
    [
      { file: domains, b: 1, weight: 0.7 },
      { file: domains, b: 2, weight: 0.3 },
      { file: plain, weight: 0.5 },
    ],
  );
  const first = part(
    asymmetric["lora_unet_a.lora_down.weight"],
    asymmetric["lora_unet_a.lora_ups.0.weight"],
  );
  const second = part(
    asymmetric["lora_unet_a.lora_down.weight"],
    asymmetric["lora_unet_a.lora_ups.1.weight"],
  );
  const third = part(style["lora_unet_a.lora_down.weight"], style["lora_unet_a.lora_up.weight"]);
  const pair = stacked.get("lora_unet_a")!;
  expect(pair.rank).toBe(8);
  product(pair, module).forEach((value, i) => {
    // α/r is 1/2 for the asymmetric one; without an alpha it is 1
    expect(value).toBeCloseTo((0.7 * first[i]!) / 2 + (0.3 * second[i]!) / 2 + 0.5 * third[i]!, 5);
  });
  expect(stacked.get("lora_unet_b")).toEqual({
    rank: 0,
    down: new Float32Array(0),
    up: new Float32Array(0),
  });
});

describe("a LoRA that does not fit is refused by name", () => {
  test.each<[string, Record<string, TensorToWrite>, string]>([
    [
      "unknown layer",
      { "lora_unet_c.alpha": scalar(1) },
      "lora_unet_c.alpha: this model has no such layer",
    ],
    [
      "unknown key",
      { "lora_unet_a.dora_scale": scalar(1) },
      "lora_unet_a.dora_scale: not a key of a LoRA",
    ],
    [
      "wrong width",
      { ...style, "lora_unet_a.lora_down.weight": numbers([4, 5], 1) },
      "lora_unet_a.lora_down.weight: tensor is [4, 5], config needs [4, 3]",
    ],
    [
      "ranks that differ",
      { ...style, "lora_unet_a.lora_up.weight": numbers([2, 3], 1) },
      "lora_unet_a.lora_up.weight: tensor is [2, 3], config needs [2, 4]",
    ],
  ])("%s", async (name, tensors, message) => {
    await expect(open(name.replaceAll(" ", "-"), tensors)).rejects.toThrow(message);
  });
});
