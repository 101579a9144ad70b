import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { appendRecord, readRecords, type LogRecord } from "#src/training/log.js";
import { renderReport } from "#src/training/report-page.js";
import { linearScale, logScale, scaleFor, smoothed } from "#src/training/report-scale.js";
import { compact, duration } from "#src/training/report-words.js";
import { writeReport } from "#src/training/report.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";

const record = (step: number, loss = 1 / step): LogRecord => ({
  step,
  samples: 16 * step,
  seconds: 2 * step,
  loss,
  norm: 1,
  rate: 0.001,
});
const records = Array.from({ length: 300 }, (_, i) => record(i + 1));
const render = (more: Partial<Parameters<typeof renderReport>[0]> = {}) =>
  renderReport({
    configuration: { kind: "base", steps: 400, learningRate: { peak: 0.001 } },
    records,
    samples: [],
    writtenAt: new Date(0),
    ...more,
  });

describe("the page", () => {
  test("tells how far the run is and what it was told", () => {
    const page = render();
    expect(page).toContain("step 300 of 400, 75%");
    expect(page).toContain("<dt>Samples a second</dt><dd>8</dd>");
    expect(page).toContain("<dt>Time left</dt><dd>3 min</dd>");
    expect(page).toContain("<dt>learningRate.peak</dt><dd>0.001</dd>");
  });

  test("shows pictures newest first, and no other files", () => {
    const samples = [
      "000002-a.png",
      "000010-a.png",
      "000010-b.png",
      "000010-b.png.writing",
      "x.png",
    ];
    expect([...render({ samples }).matchAll(/src="([^"]*)"/g)].map(([, source]) => source)).toEqual(
      ["samples/000010-a.png", "samples/000010-b.png", "samples/000002-a.png"],
    );
  });

  test("takes names and settings for text, and asks for nothing from outside", () => {
    const evil = `"><script>alert('&')</script>`;
    const page = render({
      configuration: { kind: evil, steps: 400, [evil]: evil },
      samples: [`000001-${evil}.png`],
    });
    expect(page).not.toContain("<script");
    expect(page).not.toMatch(/https?:|url\(|@import|<link/);
  });

  test.each([0, 1, 2])("holds no number that is none after %d steps", (count) => {
    const page = render({ records: records.slice(0, count) });
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
  });

  test("says how many steps were left out", () => {
    const page = render({ records: [...records, record(301, NaN), record(302, NaN)] });
    expect(page).toContain("not finite: 2</p>");
    expect(page).not.toMatch(/NaN|undefined/);
  });

  test("stays small however long the run is", () => {
    const long = Array.from({ length: 50_000 }, (_, i) => record(i + 1));
    expect(render({ records: long }).length).toBeLessThan(200_000);
  });

  test("is written from what the folder holds", async () => {
    const out = temporaryFolder();
    mkdirSync(path.join(out, "samples"));
    writeFileSync(path.join(out, "samples", "000001-dot.png"), "");
    await appendRecord(out, record(1, NaN));
    await appendRecord(out, record(2));
    expect(await readRecords(out)).toEqual([record(1, NaN), record(2)]);
    await writeReport(out, { kind: "base", steps: 2 });
    const page = readFileSync(path.join(out, "report.html"), "utf8");
    expect(page).toContain("step 2 of 2, 100%");
    expect(page).toContain("samples/000001-dot.png");
  });
});

describe("axes", () => {
  const range = fc
    .tuple(
      fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
      fc.double({ min: 1.01, max: 1e6, noNaN: true }),
    )
    .map(([low, factor]) => [low, low * factor] as const);

  test("have few round labels, all of them inside", () => {
    fc.assert(
      fc.property(range, fc.constantFrom(linearScale, logScale), ([low, high], scale) => {
        const { place, ticks } = scale(low, high, 6);
        expect(place(low)).toBeCloseTo(0, 9);
        expect(place(high)).toBeCloseTo(1, 9);
        expect(ticks.length).toBeLessThanOrEqual(13);
        for (const tick of ticks) {
          expect(place(tick)).toBeGreaterThan(-1e-6);
          expect(place(tick)).toBeLessThan(1 + 1e-6);
        }
      }),
    );
    expect(linearScale(0, 1300, 4).ticks).toEqual([0, 500, 1000]);
    expect(logScale(0.3, 4, 6).ticks).toEqual([0.5, 1, 2]);
  });

  test("are logarithmic where numbers differ by a factor, and never where one is 0", () => {
    const middle = (low: number, high: number) => scaleFor([low, high], [low, high], 6);
    expect(middle(0.01, 1).place(0.1)).toBeCloseTo(0.5);
    expect(middle(0.5, 1).place(0.75)).toBeCloseTo(0.5);
    expect(middle(0, 1).place(0.5)).toBeCloseTo(0.5, 1);
  });

  test("show the bulk of the points, not a single leap", () => {
    const all = [...Array.from({ length: 999 }, () => 1), 1000];
    expect(scaleFor([1, 1.1], all, 6).place(2)).toBeGreaterThan(1);
  });
});

describe("smoothing", () => {
  test("keeps what is constant, the first value, and lies within the values", () => {
    const values = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(values, fc.nat(40), (numbers, window) => {
        const smooth = smoothed(numbers, window);
        expect(smooth[0]).toBeCloseTo(numbers[0]!, 9);
        expect(Math.max(...smooth)).toBeLessThanOrEqual(Math.max(...numbers) + 1e-9);
        expect(Math.min(...smooth)).toBeGreaterThanOrEqual(Math.min(...numbers) - 1e-9);
      }),
    );
    expect(smoothed([2, 2, 2, 2], 3)).toEqual([2, 2, 2, 2]);
    expect(smoothed([0, 3, 0, 3, 0], 2)).toEqual([0, 1, 2, 1, 1.5]);
  });
});

test("numbers read well", () => {
  expect([0, 0.00123456, 999, 12_345, 1_296_000].map(compact)).toEqual([
    "0",
    "0.00123",
    "999",
    "12.3k",
    "1.3M",
  ]);
  expect([0, 59.2, 61, 3600, 8000].map(duration)).toEqual([
    "0 s",
    "60 s",
    "1 min",
    "1 h",
    "2 h 13 min",
  ]);
});
