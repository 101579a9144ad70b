import { checkTarget, insert, planBetween } from "#src/procedures/refine-plan.js";
import { describe, expect, test } from "vitest";

describe("two neighbours", () => {
  test("get two new frames between them, whichever is named first", () => {
    expect(insert([0, 1, 2, 3], planBetween(4, [2, 3]))).toEqual([0, 1, 4, 5, 2, 3]);
    expect(planBetween(4, [3, 2])).toEqual(planBetween(4, [2, 3]));
  });

  test("that are none, or not there, are refused with an example", () => {
    expect(() => planBetween(9, [2, 5])).toThrow("two neighbours such as [2, 3]");
    expect(() => planBetween(9, [9, 9])).toThrow("such as [8, 9]");
    expect(() => planBetween(9, [9, 10])).toThrow("from 1 to 9");
    expect(() => planBetween(9, [0, 1])).toThrow("from 1 to 9");
  });

  test("where the room does not suffice say what to ask for instead", () => {
    expect(() => planBetween(63, [1, 2])).toThrow("64 is the most; ask for steps: 64");
    expect(planBetween(62, [1, 2]).created).toEqual([62, 63]);
    for (const plan of [() => planBetween(64, [1, 2]), () => checkTarget(64, 65)])
      expect(plan).toThrow(/has 64 steps, and 64 is the most; refine one with fewer/);
  });
});

describe("a target number", () => {
  test("outside the range says which numbers go", () => {
    for (const target of [9, 3, 65, 9.5, Number.NaN])
      expect(() => checkTarget(9, target)).toThrow(/from 10 to 64/);
    expect(() => checkTarget(9, 64)).not.toThrow();
  });

  test("of a procedure of one step has no gap to go to", () => {
    expect(() => checkTarget(1, 4)).toThrow("no gap");
  });
});
