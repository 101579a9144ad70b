// Ways to paint, compared: the same triples for all, each measured once, and means with their range.
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "#src/config.js";
import { compare, comparisonTables, readComparison } from "#src/evaluation/index.js";
import { beforeAll, expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";

const models = join(packageRoot(), "models");
const classifier = join(models, "evaluation", "classifier.safetensors");
const root = temporaryFolder();
const recipe = join(root, "comparisons.json");
const asymmetric = { name: "asymmetric", asymmetric: true };

/** The embedded model with a single step. */
beforeAll(() => {
  for (const name of readdirSync(join(models, "embedded")))
    if (name !== "model.json") symlinkSync(join(models, "embedded", name), join(root, name));
  const model = JSON.parse(readFileSync(join(models, "embedded", "model.json"), "utf8")) as object;
  writeFileSync(join(root, "model.json"), JSON.stringify({ ...model, sampling: { steps: 1 } }));
});

const write = (comparisons: readonly object[]) =>
  writeFileSync(recipe, JSON.stringify({ out: "out", models: [".", "."], seed: 1, comparisons }));

const words = {
  task: "generate",
  title: "Adapters",
  columns: ["craft", "tau", "blueprint"],
  count: 1,
  groups: { bricks: ["lego"] },
  ways: [
    { name: "own" },
    { name: "named", adapters: [asymmetric] },
    { name: "base", adapters: [] },
    { name: "raster", layout: "raster" },
  ],
};
const picture = {
  task: "recraft",
  title: "A picture",
  columns: ["given", "steps"],
  count: 1,
  ways: [
    { name: "own" },
    { name: "named", adapters: [asymmetric, { name: "recraft" }] },
    { name: "plain", adapters: [asymmetric] },
  ],
};
const between = { task: "between", title: "Between", columns: ["steps"], count: 1 };

test("every way is asked for the same, and goes on where it was stopped", async () => {
  write([words, picture, between]);
  const plan = await readComparison(recipe);
  const compared = await compare(plan, { classifier });
  expect(compared).toHaveLength(2);
  const rows = compared[0]!.records;
  const measured = (row: string) => rows.find((each) => each.row === row)!.measures;
  expect(measured("Adapters: named")).toEqual(measured("Adapters: own"));
  expect(measured("Adapters: base")).not.toEqual(measured("Adapters: own"));
  expect(measured("Adapters: raster")).not.toEqual(measured("Adapters: own"));
  expect(measured("A picture: named")).toEqual(measured("A picture: own"));
  expect(measured("A picture: plain")).not.toEqual(measured("A picture: own"));
  expect(rows.map(({ row }) => row)).toContain("cross-fade 3");

  const tables = comparisonTables(plan, compared);
  expect(tables.map((table) => table.split("\n")[0])).toEqual([
    "## Adapters",
    "## A picture",
    "## Between",
  ]);
  expect(tables[0]).toMatch(/^\| own +\| +2 \| +100\.0 % \| +[\d.]+ \| +[\d.]+ % \|$/m);
  const taus = [0.5, 0.9];
  const apart = compared.map(({ asked, records }, i) => ({
    asked,
    records: records.map((each) => ({ ...each, measures: { ...each.measures, tau: taus[i]! } })),
  }));
  expect(comparisonTables(plan, apart)[0]).toMatch(/^\| own .* 0\.700 \(0\.500 … 0\.900\) \|/m);
  expect(tables[2]).toContain("- steps: PSNR of the new frames");
  expect(tables[0]).toContain("| own, bricks");
  expect(readdirSync(join(root, "out", "model-1", "pictures"))).toHaveLength(7);

  const before = readFileSync(join(root, "out", "model-1", "results.jsonl"), "utf8");
  await compare(plan, { classifier });
  expect(readFileSync(join(root, "out", "model-1", "results.jsonl"), "utf8")).toBe(before);
}, 120_000);

test("a model that is not trained yet is named before anything is painted", async () => {
  writeFileSync(
    recipe,
    JSON.stringify({ out: "out", models: [".", "later"], seed: 1, comparisons: [words] }),
  );
  await expect(readComparison(recipe)).rejects.toMatchObject({
    code: "bad_config",
    message: expect.stringMatching(/no model in .*later yet; makeanything train plan/) as string,
  });
});

test("a measure that there is not is named before anything is painted", async () => {
  write([{ ...words, columns: ["beauty"] }]);
  await expect(readComparison(recipe)).rejects.toMatchObject({
    code: "bad_config",
    message: expect.stringContaining("comparisons.0.columns.0") as string,
  });
});
