import { unpack } from "#src/engine/train/index.js";
import { flowBatch, placeCell, rearrange, toTokens, type Page } from "#src/training/flow.js";
import { randomFrom } from "#src/world/index.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const CHANNELS = 4;
const TOKENS = 6;

const numbers = (length: number) =>
  fc
    .array(fc.integer({ min: -50, max: 50 }), { minLength: length, maxLength: length })
    .map((values) => Float32Array.from(values, (value) => value / 10));

/** Pages of which some tokens are known, never all. */
const anyPage: fc.Arbitrary<Page> = fc
  .record({
    tokens: numbers(CHANNELS * TOKENS),
    values: numbers(CHANNELS * TOKENS),
    known: fc.uniqueArray(fc.nat(TOKENS - 1), { maxLength: TOKENS - 1 }),
  })
  .map(({ tokens, values, known }) => {
    const mask = new Uint8Array(CHANNELS * TOKENS);
    for (const token of known) mask.fill(1, token * CHANNELS, (token + 1) * CHANNELS);
    return known.length === 0 ? { tokens } : { tokens, known: { values, mask } };
  });

describe("a batch", () => {
  test("leads from noise to picture, shows known tokens as they are, and counts the others alone", () => {
    fc.assert(
      fc.property(
        fc.array(anyPage, { minLength: 1, maxLength: 4 }),
        fc.string(),
        fc.double({ min: 0.1, max: 3, noNaN: true }),
        (pages, seed, spread) => {
          const batch = flowBatch(pages, CHANNELS, randomFrom(seed), { spread });
          pages.forEach(({ tokens: clean, known }, p) => {
            const t = batch.timestep[p]!;
            expect(t).toBeGreaterThanOrEqual(0);
            expect(t).toBeLessThanOrEqual(1);
            const learnt = Array.from({ length: TOKENS }, (_, i) => !known?.mask[i * CHANNELS]);
            const share = 1 / learnt.filter(Boolean).length / pages.length;
            learnt.forEach((isLearnt, token) => {
              expect(batch.weight[p * TOKENS + token]).toBeCloseTo(isLearnt ? share : 0, 6);
              for (let c = 0; c < CHANNELS; c++) {
                const [i, at] = [token * CHANNELS + c, (p * TOKENS + token) * CHANNELS + c];
                // At time t one is t · target away from the picture.
                const seen = isLearnt ? clean[i]! + t * batch.target[at]! : known!.values[i]!;
                expect(batch.img[at]).toBeCloseTo(seen, 4);
              }
            });
          });
          expect(batch.weight.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 5);
        },
      ),
    );
  });

  test("has noise of deviation 1, and times around the middle that a shift moves", () => {
    const pages = Array.from({ length: 400 }, () => ({ tokens: new Float32Array(64) }));
    const median = (shift: number) => {
      const { timestep } = flowBatch(pages, 4, randomFrom("times"), { spread: 1, shift });
      return timestep.toSorted()[200]!;
    };
    expect(median(1)).toBeCloseTo(0.5, 1);
    expect(median(3)).toBeCloseTo(0.75, 1);
    const { target } = flowBatch(pages, 4, randomFrom("noise"), { spread: 1 });
    const square = target.reduce((sum, one) => sum + one * one, 0) / target.length;
    expect(square).toBeCloseTo(1, 1);
  });

  test("depends on its random numbers alone", () => {
    const pages = [{ tokens: new Float32Array(8).fill(0.5) }];
    const draw = (seed: string) => flowBatch(pages, 4, randomFrom(seed), { spread: 1 });
    expect(draw("a")).toEqual(draw("a"));
    expect(draw("a").img).not.toEqual(draw("b").img);
  });
});

describe("cells of a page", () => {
  const columns = 3;
  const size = { channels: 2, height: 12, width: 12 };
  const cells = Array.from({ length: columns ** 2 }, (_, i) => i);
  const latents = numbers(size.channels * size.height * size.width);
  const order = fc.shuffledSubarray(cells, { minLength: cells.length });

  test("in another order and back are the page", () => {
    fc.assert(
      fc.property(latents, order, (page, moved) => {
        const back = cells.map((cell) => moved.indexOf(cell));
        const there = rearrange(page, size, columns, moved);
        expect(rearrange(there, size, columns, back)).toEqual(page);
      }),
    );
  });

  test("placed one by one from a page stand as rearranged", () => {
    fc.assert(
      fc.property(latents, order, (page, moved) => {
        const placed = new Float32Array(page.length);
        cells.forEach((cell) => placeCell(placed, size, columns, cell, cut(page, moved[cell]!)));
        expect(placed).toEqual(rearrange(page, size, columns, moved));
      }),
    );
  });

  test("as tokens come back as latents", () => {
    fc.assert(
      fc.property(latents, (page) => {
        expect(unpack(toTokens(page, size), size)).toEqual(page);
      }),
    );
  });

  /** A cell's latents, number by number. */
  function cut(page: Float32Array, cell: number): Float32Array {
    const side = size.width / columns;
    const [x, y] = [(cell % columns) * side, Math.floor(cell / columns) * side];
    return Float32Array.from({ length: size.channels * side * side }, (_, i) => {
      const [channel, row, column] = [
        Math.floor(i / side ** 2),
        Math.floor(i / side) % side,
        i % side,
      ];
      return page[(channel * size.height + y + row) * size.width + x + column]!;
    });
  }
});
