import { appendFileSync, readFileSync } from "node:fs";
import path from "node:path";
import { appendRows, countRows, openLatents } from "#src/training/latent-store.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";

const root = temporaryFolder();
const LENGTH = 6;
/** Numbers that half precision keeps. */
const row = fc
  .array(fc.integer({ min: -2048, max: 2048 }), { minLength: LENGTH, maxLength: LENGTH })
  .map((numbers) => Float32Array.from(numbers));
let files = 0;
const newFile = () => path.join(root, `${files++}.f16`);

test("rows come back as they went in, wherever the file was cut before", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 6 }),
      fc.nat(5),
      fc.nat(2 * LENGTH - 1),
      async (rows, kept, half) => {
        const file = newFile();
        const before = Math.min(kept, rows.length - 1);
        await appendRows(file, 0, rows.slice(0, before));
        appendFileSync(file, new Uint8Array(half).fill(7));
        expect(await countRows(file, LENGTH)).toBe(before);
        await appendRows(file, before, rows.slice(before));
        const store = await openLatents(file, LENGTH);
        expect(store.rows).toBe(rows.length);
        expect(rows.map((_, i) => store.read(i))).toEqual(rows);
        store.close();
      },
    ),
    { numRuns: 40 },
  );
});

test("writing from the middle on drops what stood behind", async () => {
  const file = newFile();
  const [a, b, c] = [1, 2, 3].map((value) => new Float32Array(LENGTH).fill(value));
  await appendRows(file, 0, [a!, b!, b!]);
  await appendRows(file, 1, [c!]);
  expect(readFileSync(file)).toHaveLength(2 * 2 * LENGTH);
  const store = await openLatents(file, LENGTH);
  expect([store.read(0), store.read(1)]).toEqual([a, c]);
  store.close();
});

test("a row that is not there is named", async () => {
  const file = newFile();
  expect(await countRows(file, LENGTH)).toBe(0);
  await appendRows(file, 0, [new Float32Array(LENGTH)]);
  const store = await openLatents(file, LENGTH);
  for (const index of [-1, 1])
    expect(() => store.read(index)).toThrow(`has 1 rows, asked for row ${index}`);
  store.close();
});
