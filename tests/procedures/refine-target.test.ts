import { insert, MAX_STEPS, type Pass } from "#src/procedures/refine-plan.js";
import { chooseGaps } from "#src/procedures/refine-target.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const range = (length: number) => Array.from({ length }, (_, i) => i);
const before = (passes: Iterable<Pass>) => [...passes].map((pass) => pass.before);

/** Chooses with the parts that a painter's passes leave of the distance they divide. */
function choose(distances: number[], target: number, left: (pass: Pass) => number[]): Pass[] {
  const choice = chooseGaps(distances, target);
  const passes: Pass[] = [];
  for (let next = choice.next(); !next.done; next = choice.next(left(next.value)))
    passes.push(next.value);
  return passes;
}

const distancesAndTarget = fc
  .array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 1, maxLength: MAX_STEPS - 2 })
  .chain((distances) =>
    fc.tuple(
      fc.constant(distances),
      fc.integer({ min: distances.length + 2, max: MAX_STEPS }),
      fc.infiniteStream(fc.double({ min: 0, max: 10, noNaN: true })),
    ),
  );

describe("new steps", () => {
  test("come to the target exactly, between neighbours, and leave the old ones in their order", () => {
    fc.assert(
      fc.property(distancesAndTarget, ([distances, target, parts]) => {
        const count = distances.length + 1;
        let order = range(count);
        for (const pass of choose(distances, target, () => [...parts.take(3)])) {
          expect(order[order.indexOf(pass.before) + 1]).toBe(pass.after);
          order = insert(order, pass);
        }
        expect(order).toHaveLength(target);
        expect(order.filter((frame) => frame < count)).toEqual(range(count));
        expect(order.toSorted((a, b) => a - b)).toEqual(range(target));
      }),
    );
  });

  test("take as few passes as there can be, and only the last one paints a single frame", () => {
    fc.assert(
      fc.property(distancesAndTarget, ([distances, target]) => {
        const sizes = [...chooseGaps(distances, target)].map(({ created }) => created.length);
        expect(sizes).toHaveLength(Math.ceil((target - distances.length - 1) / 2));
        expect(sizes.slice(0, -1).every((size) => size === 2)).toBe(true);
      }),
    );
  });

  test("go where most happens, and for that into one gap twice", () => {
    expect(before(chooseGaps([1, 5, 1, 3], 9))).toEqual([1, 3]);
    expect(before(chooseGaps([1, 9, 1, 1], 9))).toEqual([1, 1]);
  });

  test("go where a pass that was measured left most", () => {
    const passes = choose([1, 5, 1, 3], 9, () => [1, 1, 3.2]);
    expect(passes[1]).toMatchObject({ before: 6, after: 2 });
  });

  test("avoid neighbours that are the same while anything else is left", () => {
    const passes = [...chooseGaps([0, 1, 0], 4 + 2 * 12)];
    expect(passes.every(({ before: frame }) => frame !== 0 && frame !== 2)).toBe(true);
  });

  test("leave a jump that two passes did not part, for any gap where a twentieth as much happens", () => {
    const jump = () => [8, 0, 0];
    expect(before(choose([8, 0.45, 0.1], 10, jump))).toEqual([0, 0, 1]);
    expect(before(choose([8, 0.35, 0.1], 10, jump))).toEqual([0, 0, 0]);
  });

  test("stand between old frames rather than painted ones where as much happens", () => {
    expect(before(chooseGaps([3, 1, 1], 10))).toEqual([0, 1, 2]);
    expect(before(chooseGaps([3, 0], 9))).toEqual([0, 0, 4]);
  });
});
