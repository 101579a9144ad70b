import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fluxTransformer } from "#src/engine/models/flux.js";
import { readKey } from "#src/engine/weights/lora/keys.js";
import { siteFinder } from "#src/engine/weights/lora/sites.js";
import { fluxDev } from "#src/doctor/flux-dev.js";

const { lowRankModules } = fluxTransformer(fluxDev.transformer, { takesLora: "all" });
const siteOf = siteFinder(lowRankModules);

test("every matrix of FLUX.1-dev can take a LoRA", () => {
  const header = new URL("../../../reference/headers/flux1-dev.json", import.meta.url);
  const { tensors } = JSON.parse(readFileSync(header, "utf8")) as {
    tensors: Record<string, [string, number[]]>;
  };
  const matrices = Object.entries(tensors).filter(([, [, shape]]) => shape.length === 2);
  expect(matrices).toHaveLength(lowRankModules.length);
  for (const [key, [, shape]] of matrices) {
    const stem = key.replace(/\.weight$/, "");
    for (const spelled of [
      stem,
      `lora_unet_${stem.replaceAll(".", "_")}`,
      `diffusion_model.${stem}`,
    ]) {
      const { module, rows } = siteOf(spelled)!;
      expect([module.layer, module.outFeatures, module.inFeatures]).toEqual([stem, ...shape]);
      expect(rows).toEqual([0, shape[0]]);
    }
  }
});

test("diffusers' layers of a block tile the rows of ours, under both of their spellings", () => {
  const single = ["attn.to_q", "attn.to_k", "attn.to_v", "proj_mlp"];
  const bounds = [0, 3072, 6144, 9216, 21504];
  single.forEach((layer, i) => {
    const name = `single_transformer_blocks.37.${layer}`;
    for (const stem of [`transformer.${name}`, `lora_transformer_${name.replaceAll(".", "_")}`])
      expect(siteOf(stem)).toMatchObject({
        module: { layer: "single_blocks.37.linear1" },
        rows: bounds.slice(i, i + 2),
        swapsHalves: false,
      });
  });
  expect(siteOf("transformer.transformer_blocks.18.attn.add_v_proj")).toMatchObject({
    module: { layer: "double_blocks.18.txt_attn.qkv" },
    rows: [6144, 9216],
  });
  expect(siteOf("transformer.norm_out.linear")).toMatchObject({ swapsHalves: true });
});

test("XLabs' single blocks cover q, k and v of the fused layer", () => {
  expect(siteOf("single_blocks.0.processor.qkv_lora")).toMatchObject({ rows: [0, 9216] });
  expect(siteOf("single_blocks.0.processor.proj_lora")).toMatchObject({
    module: { layer: "single_blocks.0.linear2" },
  });
  expect(siteOf("double_blocks.3.processor.proj_lora2")).toMatchObject({
    module: { layer: "double_blocks.3.txt_attn.proj" },
  });
});

test("names of other models, and of objects, are nowhere", () => {
  for (const stem of [
    "lora_unet_input_blocks_4_1_transformer_blocks_0_attn1_to_q",
    "transformer.transformer_blocks.19.attn.to_q",
    "double_blocks.0.processor.qkv_lora",
    "constructor",
    "",
  ])
    expect(siteOf(stem)).toBeUndefined();
  expect(readKey("lora_unet_img_in.lora_ups.99999.weight")).toBeUndefined();
});
