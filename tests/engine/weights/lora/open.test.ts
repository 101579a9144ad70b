import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EngineError } from "#src/engine/index.js";
import { domainCount } from "#src/engine/weights/lora/index.js";
import type { TensorToWrite } from "../../../support/safetensors.js";
import { img, numbers, norm, open, scalar } from "./files.js";

const style = {
  "lora_unet_img_in.lora_down.weight": numbers([4, 3], 4),
  "lora_unet_img_in.lora_up.weight": numbers([2, 4], 5),
};

describe("a LoRA that does not fit is refused for what it is", () => {
  test.each<[string, Record<string, TensorToWrite>, object]>([
    [
      "of another model",
      { "lora_unet_input_blocks_1.lora_down.weight": numbers([1, 1], 1) },
      { error: "nothing-fits", tensor: "lora_unet_input_blocks_1.lora_down.weight" },
    ],
    ["empty", {}, { error: "nothing-fits" }],
    ["norms alone", { [norm]: numbers([4], 1) }, { error: "nothing-fits", tensor: norm }],
    [
      "too wide",
      { ...style, "lora_unet_img_in.lora_down.weight": numbers([4, 5], 1) },
      {
        error: "wrong-shape",
        tensor: "lora_unet_img_in.lora_down.weight",
        found: [4, 5],
        wanted: [4, 3],
      },
    ],
    [
      "of ranks that differ",
      { ...style, "lora_unet_img_in.lora_up.weight": numbers([2, 3], 1) },
      {
        error: "wrong-shape",
        tensor: "lora_unet_img_in.lora_up.weight",
        found: [2, 3],
        wanted: [2, 4],
      },
    ],
    [
      "of rank 0",
      {
        "lora_unet_img_in.lora_down.weight": numbers([0, 3], 1),
        "lora_unet_img_in.lora_up.weight": numbers([2, 0], 1),
      },
      {
        error: "wrong-shape",
        tensor: "lora_unet_img_in.lora_down.weight",
        found: [0, 3],
        wanted: [1, 3],
      },
    ],
    [
      "without an A",
      { "lora_unet_img_in.lora_ups.3.weight": numbers([2, 4], 1) },
      { error: "missing-tensor", tensor: "lora_unet_img_in.lora_down.weight" },
    ],
    [
      "without a B",
      { "img_in.lora_A.weight": numbers([4, 3], 1) },
      { error: "missing-tensor", tensor: "img_in.lora_B.weight" },
    ],
    [
      "with an alpha that is none",
      { ...style, "lora_unet_img_in.alpha": scalar(Infinity) },
      { error: "non-finite", tensor: "lora_unet_img_in.alpha" },
    ],
    [
      "with many alphas",
      { ...style, "lora_unet_img_in.alpha": numbers([2], 1) },
      { error: "wrong-shape", tensor: "lora_unet_img_in.alpha", found: [2], wanted: [1] },
    ],
    [
      "in whole numbers",
      {
        ...style,
        "lora_unet_img_in.lora_up.weight": {
          dtype: "I32",
          shape: [2, 4],
          data: new Uint8Array(32),
        },
      },
      { error: "unknown-format", tensor: "lora_unet_img_in.lora_up.weight" },
    ],
  ])("%s", async (_, tensors, details) => {
    await expect(open(tensors)).rejects.toMatchObject({ code: "bad_weights", details });
  });

  test("a control LoRA, in words", async () => {
    const control = open({
      "img_in.lora_A.weight": numbers([1, 6], 1),
      "img_in.lora_B.weight": numbers([2, 1], 1),
    });
    await expect(control).rejects.toThrow(/\[1, 6\], config needs \[1, 3\]; it is a control LoRA/);
  });
});

test("what cannot be used is named, a layer with DoRA as a whole", async () => {
  const file = await open({
    ...style,
    "lora_te1_text_model_x.lora_up.weight": numbers([1, 1], 1),
    "img_in.lora_A.weight": numbers([1, 3], 1),
    "img_in.lora_B.weight": numbers([2, 1], 1),
    "img_in.dora_scale": numbers([2], 1),
    "lora_unet_img_in.diff_b": numbers([2], 1),
  });
  expect(file.branches.map(({ down }) => down)).toEqual(["lora_unet_img_in.lora_down.weight"]);
  expect(file.unused.toSorted()).toEqual([
    "img_in.dora_scale",
    "img_in.lora_A.weight",
    "img_in.lora_B.weight",
    "lora_te1_text_model_x.lora_up.weight",
    "lora_unet_img_in.diff_b",
  ]);
  expect(file.warnings).toMatchObject([{ warning: "left-out" }]);
  expect(file.warnings[0]!.message).toMatch(/lora_te1_text_model_x.* and 2 more$/);
});

test("an alpha of 0, or none, is the rank", async () => {
  for (const tensors of [style, { ...style, "lora_unet_img_in.alpha": scalar(0) }])
    expect((await open(tensors)).branches).toMatchObject([{ module: img, rank: 4, alpha: 4 }]);
});

test("domains are counted by their highest number", async () => {
  expect(domainCount(await open(style))).toBe(0);
  const alone = {
    "lora_unet_img_in.lora_down.weight": numbers([1, 3], 4),
    "lora_unet_img_in.lora_ups.7.weight": numbers([2, 1], 5),
  };
  expect(domainCount(await open(alone))).toBe(8);
});

test("any header is read or refused, and every tensor used or named", async () => {
  const stem = fc.constantFrom(
    "lora_unet_img_in",
    "transformer.x_embedder",
    "lora_transformer_norm_out_linear",
    "double_blocks.0.processor.qkv_lora1",
    "constructor",
    "transformer.__proto__",
  );
  const part = fc.constantFrom(
    "lora_down.weight", "lora_A.weight", "lora_up.weight", "lora_B.weight", "lora_ups.0.weight",
    "lora_B.bias", "alpha", "dora_scale", "", "toString",
  ); // prettier-ignore
  const shape = fc.constantFrom([1, 3], [1, 2], [2, 1], [6, 1], [4, 1], [], [1], [2], [0, 3]);
  const tensor = fc.tuple(
    stem,
    part,
    shape.map((sizes): number[] => [...sizes]),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(tensor, { maxLength: 8 }), async (list) => {
      const tensors = Object.fromEntries(
        list.map(([before, behind, size]) => [`${before}.${behind}`, numbers(size, 1)]),
      );
      try {
        const { branches, norms, unused } = await open(tensors);
        const used = branches.flatMap(({ down, ups, bias }) => [down, ...ups.values(), bias ?? []]);
        const named = [...used.flat(), ...norms, ...unused];
        expect(new Set(named).size).toBe(named.length);
        const rest = Object.keys(tensors).filter((key) => !named.includes(key));
        expect(rest.every((key) => key.endsWith(".alpha"))).toBe(true);
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
      }
    }),
    { numRuns: 300 },
  );
});
