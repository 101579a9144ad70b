// The transformer's gradients against those of the original in PyTorch; and those of a batch against
// those of its samples.
import { describe, expect, test } from "vitest";
import {
  baseParameters,
  differentiateTransformer,
  loraParameters,
  recordedGradients,
  recordedLoss,
  recordedSample,
  type Sample,
} from "./reference-transformer.js";
import { farApart } from "./slope.js";

const loraNames = loraParameters.map(({ name }) => name);
const all = [...baseParameters.map(({ name }) => name), ...loraNames];
const chosen = [
  "img_in.weight",
  "time_in.in_layer.bias",
  "double_blocks.0.txt_attn.norm.key_norm.scale",
  "single_blocks.2.linear1.weight",
  "lora_unet_double_blocks_1_img_mlp_2.lora_up",
  "lora_unet_single_blocks_0_modulation_lin.lora_down",
];

describe("the original's gradients, of", () => {
  test.each([
    ["the LoRA alone, on weights that stay in their file", loraNames],
    ["all parameters", all],
    ["a chosen set, and of nothing else", chosen],
  ])("%s", async (_, wrt) => {
    const { outputs, gradients } = await differentiateTransformer([recordedSample], wrt);
    expect(Math.abs(outputs.loss![0]! / recordedLoss - 1)).toBeLessThan(1e-5);
    expect(Object.keys(outputs).toSorted()).toEqual(["loss", "pred"]);
    const expected = new Map(wrt.map((name) => [name, recordedGradients.get(name)!]));
    expect(farApart(gradients, expected)).toEqual([]);
  });

  test.each([
    ["the LoRA alone, block by block", loraNames],
    ["all parameters, block by block", all],
    ["a chosen set, block by block", chosen],
  ])("%s", async (_, wrt) => {
    const { outputs, gradients } = await differentiateTransformer([recordedSample], wrt, {
      inSegments: true,
    });
    expect(Math.abs(outputs.loss![0]! / recordedLoss - 1)).toBeLessThan(1e-5);
    const expected = new Map(wrt.map((name) => [name, recordedGradients.get(name)!]));
    expect(farApart(gradients, expected)).toEqual([]);
  });

  test("every parameter was recorded", () => {
    expect([...recordedGradients.keys()].toSorted()).toEqual(all.toSorted());
  });
});

describe("a batch of", () => {
  const other: Sample = {
    img: recordedSample.img.toReversed(),
    txt: recordedSample.txt.map((x) => -x),
    timestep: Float32Array.of(0.2),
    vec: recordedSample.vec.toReversed(),
    guidance: Float32Array.of(1.5),
    target: recordedSample.target.map((x) => 0.5 * x),
  };
  const gradientsOf = async (...samples: Sample[]) => {
    const { gradients } = await differentiateTransformer(samples, all);
    expect(gradients.size).toBe(all.length);
    return gradients;
  };

  test("two equal samples has the gradient of one", async () => {
    const both = await gradientsOf(recordedSample, recordedSample);
    expect(farApart(both, await gradientsOf(recordedSample))).toEqual([]);
  });

  test("two different samples has the mean of theirs", async () => {
    const [first, second] = [await gradientsOf(recordedSample), await gradientsOf(other)];
    const mean = new Map(
      [...first].map(([name, x]) => [name, x.map((a, i) => (a + second.get(name)![i]!) / 2)]),
    );
    expect(farApart(await gradientsOf(recordedSample, other), mean)).toEqual([]);
    expect(farApart(first, mean)).toEqual(all);
  });
});
