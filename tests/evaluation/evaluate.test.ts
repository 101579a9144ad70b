import { readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { evaluate, renderReport, tablesOf } from "#src/evaluation/index.js";
import { temporaryFolder } from "../support/temporary.js";

const at = (folder: string) => fileURLToPath(new URL(`../../models/${folder}`, import.meta.url));
const classifier = at("evaluation/classifier.safetensors");

/** The embedded model with a single step: what it paints is poor, and quickly there. */
const modelDir = temporaryFolder();
beforeAll(() => {
  for (const name of readdirSync(at("embedded"))) {
    if (name !== "model.json") symlinkSync(join(at("embedded"), name), join(modelDir, name));
  }
  const model = JSON.parse(readFileSync(join(at("embedded"), "model.json"), "utf8"));
  writeFileSync(join(modelDir, "model.json"), JSON.stringify({ ...model, sampling: { steps: 1 } }));
});

const ROWS = [
  "true",
  "shuffled",
  "repeated",
  "noise",
  "base",
  "model",
  "recraft",
  "true between 1",
  "cross-fade 1",
  "cross-fade 2",
  "cross-fade 3",
  "between 1",
  "between 2",
  "between 3",
];

test("every row is measured of every triple, once, and ends in tables and a page", async () => {
  const out = temporaryFolder();
  const options = { modelDir, classifier, out, seed: 1 };
  const first = await evaluate({ ...options, count: 1 });
  expect(first.records.map(({ row }) => row)).toEqual(ROWS);
  const painted = readFileSync(join(out, "results.jsonl"), "utf8");

  const second = await evaluate({ ...options, count: 2 });
  expect(second.records).toHaveLength(2 * ROWS.length);
  expect(readFileSync(join(out, "results.jsonl"), "utf8").startsWith(painted)).toBe(true);
  for (const { measures } of second.records)
    expect(Object.values(measures).every(Number.isFinite)).toBe(true);

  const [words, picture, between] = tablesOf(second.records);
  const valueOf = (table: typeof words, row: string, column: string) => {
    const i = table!.columns.findIndex(({ key }) => key === column);
    return table!.rows.find(({ title }) => title === row)!.values[i]!;
  };
  expect(valueOf(words, "true sequences", "craft")).toBe(1);
  expect(valueOf(words, "true sequences", "subject")).toBe(1);
  expect(valueOf(words, "noise, decoded", "subject")).toBe(0);
  expect(valueOf(words, "true sequences", "tau")).toBeGreaterThan(0.8);
  expect(valueOf(words, "true frames, shuffled", "tau")).toBeLessThan(0.6);
  expect(valueOf(words, "true sequences", "shortWay")).toBe(1);
  expect(valueOf(picture, "the picture repeated", "tau")).toBe(0);
  expect(valueOf(picture, "ReCraft", "given")).toBeGreaterThan(10);
  expect(valueOf(between, "true frames", "ordered")).toBeGreaterThanOrEqual(0.5);

  const html = await renderReport(second, { out, notes: ["<b>"], writtenAt: new Date(0) });
  expect(html.match(/data:image\/png/g)).toHaveLength(2 * 5);
  expect(html).not.toMatch(/(src|href)="(?!data:)/);
  expect(html).not.toContain("<b><");
  expect(html).toContain("&#60;b&#62;");
}, 120_000);

test("an evaluation that is stopped rejects, and keeps what it has", async () => {
  const out = temporaryFolder();
  const stop = new AbortController();
  const going = evaluate({
    modelDir,
    classifier,
    out,
    seed: 1,
    count: 2,
    signal: stop.signal,
    onProgress: (done) => done === 1 && stop.abort(),
  });
  await expect(going).rejects.toThrow();
  expect(readFileSync(join(out, "results.jsonl"), "utf8").trim().split("\n")).toHaveLength(
    1 + ROWS.length,
  );
}, 120_000);
