import { describe, expect, test } from "vitest";
import { matchWeights } from "#src/engine/weights/match.js";
import type { SourceTensor, WeightSource } from "#src/engine/weights/source.js";

const key = "double_blocks.0.img_attn.qkv.weight";
const expected = new Map([[key, [384, 128]]]);

type Tensors = Record<string, [SourceTensor["dtype"], number[]]>;

function source(tensors: Tensors, metadata: Record<string, string> = {}): WeightSource {
  const entries = Object.entries(tensors).map(
    ([name, [dtype, shape]]) =>
      [name, { dtype, shape, file: "flux.safetensors", offset: 0, length: 0 }] as const,
  );
  const path = "/models/flux.safetensors";
  return { path, root: "/models", files: [], metadata, warnings: [], tensors: new Map(entries) };
}

const match = (tensors: Tensors, metadata?: Record<string, string>) =>
  matchWeights(source(tensors, metadata), { kind: "transformer", expected });

const good: Tensors = { [key]: ["BF16", [384, 128]] };

describe("what does not fit is named, in words and for programs:", () => {
  test.each<[what: string, tensors: Tensors, message: string, details: object]>([
    [
      "a misshaped tensor, with both shapes",
      { [key]: ["BF16", [192, 64]] },
      `flux.safetensors ${key}: tensor is [192, 64], config needs [384, 128]; is this the right model.json?`,
      { error: "wrong-shape", tensor: key, found: [192, 64], wanted: [384, 128] },
    ],
    [
      "an extra tensor, with its shape",
      { ...good, "other.weight": ["BF16", [7]] },
      "flux.safetensors other.weight: extra tensor, file has [7], config needs none",
      { error: "extra-tensor", tensor: "other.weight", found: [7] },
    ],
    [
      "a scale of a scale",
      {
        [key]: ["F8_E4M3", [384, 128]],
        "double_blocks.0.img_attn.qkv.weight_scale_2": ["F32", []],
      },
      "extra tensor",
      { error: "extra-tensor", tensor: "double_blocks.0.img_attn.qkv.weight_scale_2" },
    ],
    [
      "a scale for each row",
      {
        [key]: ["F8_E4M3", [384, 128]],
        "double_blocks.0.img_attn.qkv.weight_scale": ["F32", [384]],
      },
      "scale is [384], one number is understood",
      { error: "wrong-shape", found: [384] },
    ],
    [
      "a scale of a layer that is not there",
      { ...good, "double_blocks.1.img_attn.qkv.scale_input": ["F32", []] },
      "extra tensor",
      { error: "extra-tensor" },
    ],
    [
      "a file of another model, by its first tensor",
      { "conv_in.weight": ["F16", [320, 4, 3, 3]], "time_embed.0.bias": ["F16", [4]] },
      "is of another model",
      { error: "nothing-fits", tensor: "conv_in.weight" },
    ],
    [
      "a tensor of no network in an all-in-one",
      { [`model.diffusion_model.${key}`]: ["BF16", [384, 128]], "model_ema.decay": ["F32", []] },
      "model_ema.decay: extra tensor",
      { error: "extra-tensor", tensor: "model_ema.decay" },
    ],
  ])("%s", async (_, tensors, message, details) => {
    await expect(match(tensors)).rejects.toMatchObject({
      code: "bad_weights",
      message: expect.stringContaining(message),
      details,
    });
  });

  test("a missing tensor, with the shape that is needed", async () => {
    const both = new Map([...expected, ["img_in.bias", [128]]]);
    await expect(
      matchWeights(source(good), { kind: "transformer", expected: both }),
    ).rejects.toMatchObject({
      message: expect.stringContaining(
        "flux.safetensors img_in.bias: missing tensor, file has none, config needs [128]",
      ),
      details: { error: "missing-tensor", tensor: "img_in.bias", wanted: [128] },
    });
  });

  test.each([
    ["another format", "nvfp4", { error: "unknown-format", tensor: key }],
    ["a scale that is not there", "float8_e4m3fn", { error: "missing-tensor" }],
  ])("a layer that the header lists in %s", async (_, format, details) => {
    const layers = { [key.replace(/\.weight$/, "")]: { format } };
    const metadata = { _quantization_metadata: JSON.stringify({ layers }) };
    await expect(match(good, metadata)).rejects.toMatchObject({ details });
  });
});

test("tensors that public files repeat or carry along are let pass", async () => {
  const matched = await match({
    ...good,
    "encoder.embed_tokens.weight": ["F16", [10, 4]],
    "text_model.embeddings.position_ids": ["I64", [1, 77]],
    scaled_fp8: ["F8_E4M3", [0]],
    "double_blocks.0.img_attn.qkv.scale_input": ["F32", []],
  });
  expect([...matched.keys()]).toEqual([key]);
});

test("diffusers' layers are put together, and the halves of the last modulation change places", async () => {
  const wanted = new Map([
    ["single_blocks.3.linear1.bias", [28]],
    ["single_blocks.3.linear2.weight", [4, 20]],
    ["final_layer.adaLN_modulation.1.bias", [8]],
  ]);
  const block = "single_transformer_blocks.3";
  const tensors: Tensors = {
    "transformer_blocks.0.marks.the.layout": ["F32", []],
    [`${block}.attn.to_q.bias`]: ["F32", [4]],
    [`${block}.attn.to_k.bias`]: ["F32", [4]],
    [`${block}.attn.to_v.bias`]: ["F32", [4]],
    [`${block}.proj_mlp.bias`]: ["F32", [16]],
    [`${block}.proj_out.weight`]: ["F32", [4, 20]],
    "norm_out.linear.bias": ["F32", [8]],
  };
  const matched = await matchWeights(source(tensors), {
    kind: "transformer",
    expected: wanted,
    owns: (name) => !name.includes("marks"),
  });
  const pieces = [...matched.values()].map((each) => each.map(({ name, rows }) => [name, rows]));
  expect(pieces).toEqual([
    [
      [`${block}.attn.to_q.bias`, undefined],
      [`${block}.attn.to_k.bias`, undefined],
      [`${block}.attn.to_v.bias`, undefined],
      [`${block}.proj_mlp.bias`, undefined],
    ],
    [[`${block}.proj_out.weight`, undefined]],
    [
      ["norm_out.linear.bias", [4, 8]],
      ["norm_out.linear.bias", [0, 4]],
    ],
  ]);
});
