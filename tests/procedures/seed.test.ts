import { passSeed, seedOf } from "#src/procedures/seed.js";
import { expect, test } from "vitest";

test("a seed stays what it is, up to 2^53 − 1", () => {
  expect(seedOf(0)).toBe(0);
  expect(seedOf(Number.MAX_SAFE_INTEGER)).toBe(Number.MAX_SAFE_INTEGER);
  for (const seed of [-1, 1.5, 2 ** 53, Number.NaN])
    expect(() => seedOf(seed)).toThrow(/0 to 90071/);
});

test("a random seed is short enough to be read aloud", () => {
  const seeds = Array.from({ length: 20 }, () => seedOf(undefined));
  expect(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)).toBe(true);
  expect(new Set(seeds).size).toBeGreaterThan(1);
});

test("each pass has its own seed, the same on every machine", () => {
  expect(passSeed(7, 0)).toBe(passSeed(7, 0));
  expect(new Set([passSeed(7, 0), passSeed(7, 1), passSeed(8, 0)]).size).toBe(3);
  expect(passSeed(7, 0)).toBe(28_270_905_895_562);
});
