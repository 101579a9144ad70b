import { frameCounts, loadModel, pagePx, parseModel, samplingFor } from "#src/procedures/model.js";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";
import { embeddedDir } from "./workshop.js";

const least = {
  name: "m",
  pagePx: 192,
  domains: [],
  prompts: { nine: "{phrase}, {subject}" },
  sampling: { steps: 25 },
};

test("the embedded model has both grids, in cells of 64 px at least", async () => {
  const model = await loadModel(embeddedDir);
  expect(frameCounts(model)).toEqual([4, 9]);
  expect(pagePx(model, 9)).toBe(192);
  expect(pagePx(model, 4)).toBeGreaterThanOrEqual(128);
});

test("a page may have its own size for each grid, and a grid without a prompt form is not there", () => {
  const model = parseModel({ ...least, pagePx: { nine: 1056, four: 1024 } });
  expect([pagePx(model, 9), pagePx(model, 4)]).toEqual([1056, 1024]);
  expect(frameCounts(model)).toEqual([9]);
});

test("sampling takes what a mode overrides, and the rest from the common part", () => {
  const model = parseModel({
    ...least,
    sampling: { steps: 25, recraft: { steps: 20, guidance: 1, maskPadding: true } },
  });
  expect(samplingFor(model, "generate")).toEqual({
    steps: 25,
    guidance: 3.5,
    trueCfg: 1,
    maskPadding: false,
  });
  expect(samplingFor(model, "recraft")).toEqual({
    steps: 20,
    guidance: 1,
    trueCfg: 1,
    maskPadding: true,
  });
});

test.each([
  ["a cell beyond nine", { recraft: { nine: [9] } }, "knownCells.recraft.nine.0"],
  ["a cell beyond four", { recraft: { four: [4] } }, "knownCells.recraft.four.0"],
  [
    "more cells than one can be given for",
    { recraft: { nine: [7, 8] } },
    "knownCells.recraft.nine",
  ],
  [
    "a gap that ends where it begins",
    { interpolation: { layout: "snake", cells: [1, 1] } },
    "cells",
  ],
])("%s is refused", (_, knownCells, key) => {
  expect(() => parseModel({ ...least, knownCells })).toThrow(key);
});

test("a page must divide into cells of whole latent pixels, for each grid that the model has", () => {
  expect(() => parseModel({ ...least, pagePx: 208 })).toThrow(/pagePx: .*9 frames.*24 px/);
  expect(parseModel({ ...least, pagePx: 208, prompts: { four: "{subject}" } }).pagePx).toBe(208);
  expect(() => parseModel({ ...least, pagePx: { nine: 1024, four: 1024 } })).toThrow(/9 frames/);
});

test("keys that belong to the engine pass", () => {
  expect(parseModel({ ...least, transformer: { depth: 3 } }).name).toBe("m");
});

test("an error names the file and the key", async () => {
  expect(() => parseModel({ ...least, pagePx: 100 }, "x/model.json")).toThrow(
    /x\/model\.json: pagePx/,
  );
  const folder = temporaryFolder();
  await expect(loadModel(folder)).rejects.toThrow(`${folder}/model.json`);
});
