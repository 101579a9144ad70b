import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { clipText, clipVision } from "#src/engine/models/clip-vision.js";
import { openSafetensors, readFloats, readIntegers } from "#src/engine/weights/safetensors.js";
import { clipScore, openClip, openClipScorer } from "#src/evaluation/clip/index.js";
import { fluxDev } from "#src/doctor/flux-dev.js";
import { temporaryFolder } from "../support/temporary.js";

const reference = fileURLToPath(new URL("../reference/clip-score", import.meta.url));

const relativeRms = (actual: Float32Array, expected: Float32Array) => {
  const squares = (values: Float32Array) => values.reduce((sum, x) => sum + x * x, 0);
  return Math.sqrt(squares(actual.map((x, i) => x - expected[i]!)) / squares(expected));
};

test("both towers and the score are what transformers computes", async () => {
  const cases = await openSafetensors(join(reference, "case.safetensors"));
  const [pixels, images, texts, scores] = readFloats(cases, [
    "in.pixel_values",
    "out.image",
    "out.text",
    "out.score",
  ]) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const ids = readIntegers(cases, "in.input_ids");
  const clip = await openClip(reference);
  const half = <T extends { slice(from: number, to: number): T; length: number }>(
    all: T,
    i: number,
  ) => all.slice((i * all.length) / 2, ((i + 1) * all.length) / 2);
  for (const i of [0, 1]) {
    const image = await clip.embedImage(half(pixels, i));
    const text = await clip.embedText(half(ids, i));
    expect(relativeRms(image, half(images, i))).toBeLessThan(1e-4);
    expect(relativeRms(text, half(texts, i))).toBeLessThan(1e-4);
    expect(clipScore(image, text)).toBeCloseTo(scores[i]!, 2);
  }
  expect(scores[0]).toBeGreaterThan(30);
  expect(scores[1]).toBe(0); // an angle of more than 90°
  await clip.close();
});

test("at the real size the towers need exactly the public file's tensors", () => {
  const header = readFileSync(
    new URL("../reference/headers/clip_vit_large_patch14.json", import.meta.url),
    "utf8",
  );
  const { tensors } = JSON.parse(header) as { tensors: Record<string, [string, number[]]> };
  const graphs = [
    clipText(fluxDev.clip, 768),
    clipVision(
      {
        hiddenSize: 1024,
        intermediateSize: 4096,
        numHeads: 16,
        numLayers: 24,
        imageSize: 224,
        patchSize: 14,
      },
      768,
    ),
  ];
  const needed = Object.fromEntries(graphs.flatMap(({ weights }) => [...weights]));
  const { logit_scale: _, ...towers } = tensors;
  expect(needed).toEqual(
    Object.fromEntries(Object.entries(towers).map(([key, [, s]]) => [key, s])),
  );
});

test("a folder without weights, and a CLIP of another kind, are refused with the reason", async () => {
  const folder = temporaryFolder();
  await expect(openClipScorer(folder)).rejects.toMatchObject({
    code: "bad_clip",
    message: expect.stringContaining("put openai/clip-vit-large-patch14"),
  });
  cpSync(reference, folder, { recursive: true });
  const file = join(folder, "config.json");
  writeFileSync(file, readFileSync(file, "utf8").replace("quick_gelu", "gelu"));
  await expect(openClipScorer(folder)).rejects.toMatchObject({
    code: "bad_clip",
    message: expect.stringContaining("text_config.hidden_act"),
  });
});
