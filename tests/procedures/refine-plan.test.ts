import {
  MAX_STEPS,
  planBetween,
  planTarget,
  type RefinePlan,
} from "#src/procedures/refine-plan.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

/** Replays a plan: every pass must stand between two frames that are neighbours when it runs. */
function replay(count: number, { passes }: RefinePlan): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (const { before, after, created } of passes) {
    const at = order.indexOf(before);
    expect(order[at + 1]).toBe(after);
    order.splice(at + 1, 0, ...created);
  }
  return order;
}

const countAndTarget = fc
  .integer({ min: 2, max: MAX_STEPS - 1 })
  .chain((count) => fc.tuple(fc.constant(count), fc.integer({ min: count + 1, max: MAX_STEPS })));

describe("a target number", () => {
  test("is reached exactly, with the old frames in their order", () => {
    fc.assert(
      fc.property(countAndTarget, ([count, target]) => {
        const plan = planTarget(count, target);
        expect(plan.order).toHaveLength(target);
        expect(replay(count, plan)).toEqual(plan.order);
        expect(plan.order.filter((frame) => frame < count)).toEqual(
          Array.from({ length: count }, (_, i) => i),
        );
      }),
    );
  });

  test("takes as few passes as there can be, and only the last one may create a single frame", () => {
    fc.assert(
      fc.property(countAndTarget, ([count, target]) => {
        const sizes = planTarget(count, target).passes.map(({ created }) => created.length);
        expect(sizes).toHaveLength(Math.ceil((target - count) / 2));
        expect(sizes.slice(0, -1).every((size) => size === 2)).toBe(true);
      }),
    );
  });

  test("fills every gap before any is refined again", () => {
    fc.assert(
      fc.property(countAndTarget, ([count, target]) => {
        const { passes } = planTarget(count, target);
        const first = passes.slice(0, count - 1);
        expect(new Set(first.map(({ before }) => before)).size).toBe(first.length);
        expect(first.every(({ before, after }) => after === before + 1)).toBe(true);
      }),
    );
  });

  test("spreads what does not fill a round evenly", () => {
    expect(planTarget(9, 13).passes.map(({ before }) => before)).toEqual([2, 6]);
    expect(planTarget(9, 10).passes).toEqual([{ before: 4, after: 5, created: [9] }]);
  });

  test("outside the range says which numbers go", () => {
    for (const target of [9, 3, 65, 9.5, Number.NaN])
      expect(() => planTarget(9, target)).toThrow(/from 10 to 64/);
  });
});

describe("two neighbours", () => {
  test("get two new frames between them, whichever is named first", () => {
    expect(planBetween(4, [2, 3]).order).toEqual([0, 1, 4, 5, 2, 3]);
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
    expect(planBetween(62, [1, 2]).order).toHaveLength(64);
    for (const plan of [() => planBetween(64, [1, 2]), () => planTarget(64, 65)])
      expect(plan).toThrow(/has 64 steps, and 64 is the most; refine one with fewer/);
  });
});
