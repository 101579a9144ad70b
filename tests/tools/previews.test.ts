import { type Encode, fitPreviews, LADDER_PX, rungs, select } from "#src/tools/previews.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

/** Previews as heavy as pixels times quality say, in made-up bytes. */
function encoder(count: number): { encode: Encode; asked: [number, number][] } {
  const asked: [number, number][] = [];
  const encode: Encode = async (sidePx, quality) => {
    asked.push([sidePx, quality]);
    const size = Math.round((sidePx * sidePx * quality) / 1000);
    return Array.from({ length: count }, () => new Uint8Array(size));
  };
  return { encode, asked };
}

const weigh = (previews: (Uint8Array | undefined)[]) =>
  previews.reduce((sum, preview) => sum + (preview?.length ?? 0), 0);

test("the ladder begins at what is shown best", () => {
  expect(rungs(1024)).toEqual([1024, ...LADDER_PX]);
  expect(rungs(640)).toEqual(LADDER_PX.slice(1));
  expect(rungs(352)).toEqual([352, 256, 192]);
  expect(rungs(100)).toEqual([100]);
});

describe("previews", () => {
  test("have the best quality where there is room", async () => {
    const { encode, asked } = encoder(9);
    await fitPreviews(encode, { largestPx: 640, topPx: 640, budgetBytes: 1e9 });
    expect(asked.at(-1)).toEqual([640, 82]);
  });

  test("lose quality before they lose size, and size before they lose frames", async () => {
    const { encode, asked } = encoder(9);
    const budgetBytes = (9 * 512 * 512 * 73) / 1000;
    const previews = await fitPreviews(encode, { largestPx: 640, topPx: 640, budgetBytes });
    expect(asked.at(-1)).toEqual([512, 71]);
    expect(previews.every((preview) => preview !== undefined)).toBe(true);
  });

  test("never weigh more than the budget, whatever it is", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 64 }),
        fc.integer({ min: 16, max: 2048 }),
        fc.integer({ min: -1000, max: 3_000_000 }),
        async (count, largestPx, budgetBytes) => {
          const { encode } = encoder(count);
          const previews = await fitPreviews(encode, { largestPx, topPx: 640, budgetBytes });
          expect(previews).toHaveLength(count);
          expect(weigh(previews)).toBeLessThanOrEqual(Math.max(0, budgetBytes));
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe("a selection", () => {
  const shown = (previews: (Uint8Array | undefined)[]) =>
    previews.flatMap((preview, i) => (preview === undefined ? [] : [i]));

  test("is even and holds first and last", () => {
    const nine = Array.from({ length: 9 }, () => new Uint8Array(10));
    expect(shown(select(nine, 50))).toEqual([0, 2, 4, 6, 8]);
    expect(shown(select(nine, 25))).toEqual([0, 8]);
    expect(shown(select(nine, 15))).toEqual([8]);
    expect(shown(select(nine, 5))).toEqual([]);
  });

  test("begins with those that come first, and spreads the rest over the others", () => {
    const nine = Array.from({ length: 9 }, () => new Uint8Array(10));
    const isNew = (i: number) => i === 3 || i === 4 || i === 5;
    expect(shown(select(nine, 50, isNew))).toEqual([0, 3, 4, 5, 8]);
    expect(shown(select(nine, 25, isNew))).toEqual([3, 5]);
    expect(shown(select(nine, 90, isNew))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });
});
