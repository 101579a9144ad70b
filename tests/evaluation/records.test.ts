import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openRecords } from "#src/evaluation/records.js";
import { markdownTable, tablesOf } from "#src/evaluation/table.js";
import { temporaryFolder } from "../support/temporary.js";

const about = { model: "small", version: "abc", classifier: "def", seed: 1 };
const record = (row: string, index: number, measures: Record<string, number>) => ({
  row,
  index,
  measures,
});

test("records are there again when it goes on, but for a line that was cut short", async () => {
  const folder = temporaryFolder();
  const first = await openRecords(folder, about);
  await first.add(record("model", 0, { tau: 1 }), record("true", 0, { tau: 0.5 }));
  appendFileSync(join(folder, "results.jsonl"), '{"row":"model","ind');
  const second = await openRecords(folder, about);
  expect(second.all).toEqual(first.all);
  expect(second.has("model", 0)).toBe(true);
  expect(second.has("model", 1)).toBe(false);
  await second.add(record("model", 1, { tau: 0 }));
  expect((await openRecords(folder, about)).all).toHaveLength(3);
  expect(readFileSync(join(folder, "results.jsonl"), "utf8").split("\n")).toHaveLength(5);
});

test("records of another model, and a file of something else, are left alone", async () => {
  const folder = temporaryFolder();
  await openRecords(folder, about);
  await expect(openRecords(folder, { ...about, version: "new" })).rejects.toMatchObject({
    code: "bad_results",
    message: expect.stringContaining("give another --out"),
  });
  const other = temporaryFolder();
  writeFileSync(join(other, "results.jsonl"), "my results\n");
  await expect(openRecords(other, about)).rejects.toMatchObject({ code: "bad_results" });
  expect(readFileSync(join(other, "results.jsonl"), "utf8")).toBe("my results\n");
});

test("tables hold means, how many they are of, and only what was measured", () => {
  const records = [
    record("model", 0, { subject: 1, tau: 0.5 }),
    record("model", 1, { subject: 0, tau: 0.9 }),
    record("true", 0, { subject: 1, tau: 1 }),
  ];
  const [table, ...rest] = tablesOf(records);
  expect(rest).toEqual([]); // nothing was recrafted, nothing painted in between
  expect(table!.columns.map(({ key }) => key)).toEqual(["subject", "tau"]);
  expect(table!.rows).toEqual([
    { title: "the model", own: true, count: 2, values: [0.5, 0.7] },
    { title: "true sequences", own: false, count: 1, values: [1, 1] },
  ]);
  expect(markdownTable(table!)).toContain("| the model      |   2 |  50.0 % |   0.700 |");
});
