import { describe, expect, test } from "vitest";
import { numbers, open, scalar } from "./files.js";

const layer = "transformer.x_embedder";
const pair = {
  [`${layer}.lora_A.weight`]: numbers([4, 3], 1),
  [`${layer}.lora_B.weight`]: numbers([2, 4], 2),
};

const json = (config: object) => ({ lora_adapter_metadata: JSON.stringify(config) });

describe("alpha in the header's text", () => {
  test.each<[string, Record<string, string>, number]>([
    ["nothing: the rank", {}, 4],
    ["plain", { "transformer.lora_alpha": "16", "transformer.r": "2" }, 16],
    ["JSON", json({ "transformer.lora_alpha": 6 }), 6],
    [
      "JSON before plain",
      { ...json({ "transformer.lora_alpha": 6 }), "transformer.lora_alpha": "9" },
      6,
    ],
    [
      "a layer's own",
      json({ "transformer.lora_alpha": 6, "transformer.alpha_pattern": { x_embedder: 3 } }),
      3,
    ],
    [
      "another layer's own",
      json({ "transformer.lora_alpha": 6, "transformer.alpha_pattern": { embedder: 3 } }),
      6,
    ],
    [
      "over the root of the rank",
      json({ "transformer.lora_alpha": 6, "transformer.use_rslora": true }),
      12,
    ],
  ])("%s", async (_, metadata, alpha) => {
    const { branches, warnings } = await open(pair, metadata);
    expect(branches).toMatchObject([{ alpha }]);
    expect(warnings).toEqual([]);
  });

  test("a tensor wins", async () => {
    const file = await open(
      { ...pair, [`${layer}.alpha`]: scalar(2) },
      { "transformer.lora_alpha": "16" },
    );
    expect(file.branches).toMatchObject([{ alpha: 2 }]);
  });

  test("it is for the keys that it is written for alone", async () => {
    const kohya = {
      "lora_unet_img_in.lora_down.weight": numbers([4, 3], 1),
      "lora_unet_img_in.lora_up.weight": numbers([2, 4], 2),
    };
    const { branches } = await open(kohya, { "transformer.lora_alpha": "16" });
    expect(branches).toMatchObject([{ alpha: 4 }]);
  });

  test.each<[string, Record<string, string>, string]>([
    ["a word", { "transformer.lora_alpha": "abc" }, "abc"],
    ["nothing", { "transformer.lora_alpha": " " }, " "],
    ["below 0", { "transformer.lora_alpha": "-1" }, "-1"],
    ["an object", json({ "transformer.lora_alpha": { toString: 1 } }), '{"toString":1}'],
    ["no JSON", { lora_adapter_metadata: "{" }, "{"],
    ["no patterns", json({ "transformer.alpha_pattern": 7 }), '{"transformer.alpha_pattern":7}'],
    ["a book", { "transformer.lora_alpha": "x".repeat(10_000) }, "x".repeat(60)],
  ])("what is no number is left, and said so: %s", async (_, metadata, value) => {
    const { branches, warnings } = await open(pair, metadata);
    expect(branches).toMatchObject([{ alpha: 4 }]);
    expect(warnings).toMatchObject([{ warning: "alpha", value }]);
    expect(warnings[0]!.message.length).toBeLessThan(250);
  });
});
