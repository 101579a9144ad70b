// The catalogue against what is known of the files.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "#src/config.js";
import { CATALOGUE, findModel, withParts } from "#src/models/index.js";
import { expect, test } from "vitest";

const headers = path.join(packageRoot(), "tests", "reference", "headers");

test("every id is there once, and every id that is named is there", () => {
  const ids = CATALOGUE.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { parts = [], on = [] } of CATALOGUE)
    expect(ids).toEqual(expect.arrayContaining([...parts, ...on]));
});

test.skipIf(!existsSync(headers)).each([
  ["flux1-dev", "flux1-dev", 1],
  ["flux1-dev-fp8", "flux1-dev", 0.5],
  ["ae", "ae", 1],
  ["t5xxl-fp16", "t5xxl", 1],
  ["t5xxl-fp8", "t5xxl", 0.5],
  ["clip-l", "clip_l", 1],
  ["makeanything-9f", "asymmetric_lora_9f_general", 1],
  ["makeanything-4f", "asymmetric_lora_4f_general", 1],
  ["recraft-9f-lego", "recraft", 1],
])("%s is about as large as its tensors (%s)", (id, header, factor) => {
  const { bytes } = JSON.parse(readFileSync(path.join(headers, `${header}.json`), "utf8"));
  expect(findModel(id).aboutBytes! / (factor * bytes)).toBeCloseTo(1, 1);
});

test("a model comes with all that it needs to run", () => {
  expect(withParts(findModel("flux1-dev")).map(({ id }) => id)).toEqual([
    "flux1-dev",
    "ae",
    "t5xxl-fp16",
    "clip-l",
    "clip-tokenizer",
    "t5-tokenizer",
  ]);
});

test("a word that is nearly an id is met by the id", () => {
  expect(() => findModel("flux-dev")).toThrow("did you mean flux1-dev?");
  expect(() => findModel("zzz")).toThrow(/known are flux1-dev, /);
});
