import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  between,
  featureDistance,
  isShortWay,
  kendallTau,
  meanStep,
  monotoneGrowth,
  orderTau,
  psnr,
  workDistance,
} from "#src/evaluation/measures/index.js";
import type { Look } from "#src/evaluation/classifier/index.js";
import type { Raster } from "#src/raster.js";

const apart = (a: number, b: number) => Math.abs(a - b);
const oneToNine = [1, 2, 3, 4, 5, 6, 7, 8, 9];

describe("Kendall's τ", () => {
  test("is 1 where numbers rise, −1 where they fall, 0 where they stand still", () => {
    expect(kendallTau([1, 2, 5, 9])).toBe(1);
    expect(kendallTau([9, 5, 2, 1])).toBe(-1);
    expect(kendallTau([3, 3, 3, 3])).toBe(0);
  });

  test("counts a known case: one swap of four costs two of six pairs", () => {
    expect(kendallTau([1, 3, 2, 4])).toBeCloseTo(4 / 6, 12);
  });

  test("turns its sign where the order turns", () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 2, maxLength: 12 }), (values) => {
        expect(kendallTau(values.toReversed()) + kendallTau(values)).toBeCloseTo(0, 12);
      }),
    );
  });
});

describe("order", () => {
  test("is 1 on the way to the last frame, and the last frame itself does not count", () => {
    expect(orderTau(oneToNine, apart)).toBe(1);
    expect(orderTau([8, 7, 6, 5, 4, 3, 2, 1, 9], apart)).toBe(-1);
  });

  test("frames that stand still lead nowhere", () => {
    expect(orderTau([5, 5, 5, 5, 5, 5, 5, 5, 5], apart)).toBe(0);
  });

  test("a sequence is shorter than its shuffles, a shuffled one and one that stands still are not", () => {
    expect(isShortWay(oneToNine, apart)).toBe(true);
    expect(isShortWay(oneToNine.toReversed(), apart)).toBe(true); // no direction
    expect(isShortWay([4, 9, 1, 6, 2, 8, 3, 7, 5], apart)).toBe(false);
    expect(isShortWay([5, 5, 5, 5, 5, 5, 5, 5, 5], apart)).toBe(false);
  });

  test("the mean step is that of neighbours", () => {
    expect(meanStep([1, 2, 4], apart)).toBe(1.5);
  });
});

/** One pixel each, of one grey. */
const greys = (...levels: number[]): Raster => ({
  width: levels.length,
  height: 1,
  data: Uint8Array.from(levels.flatMap((level) => [level, level, level])),
});

describe("growth", () => {
  const work = [greys(0, 0, 0, 0), greys(99, 0, 0, 0), greys(99, 99, 0, 0), greys(99, 99, 99, 99)];

  test("is whole where what is finished stays", () => {
    expect(monotoneGrowth(work)).toBe(1);
  });

  test("counts the steps in which something finished goes away", () => {
    expect(monotoneGrowth([work[1]!, work[0]!, work[2]!, work[3]!])).toBeCloseTo(2 / 3, 12);
  });

  test("does not count noise below its tolerance", () => {
    expect(monotoneGrowth([greys(99, 99), greys(110, 90), greys(99, 99)])).toBe(1);
  });
});

describe("distance", () => {
  const look = (features: number[], patches: number[][]): Look => ({
    names: { subject: "", color: "", craft: "", stage: "" },
    progress: 1,
    features: Float32Array.from(features),
    patches: patches.map((patch) => Float32Array.from(patch)),
  });

  test("of features is 0 for the same frame, moved patches do not matter, and it has no direction", () => {
    const a = look([1, 2], [[1, 0], [0, 1]]); // prettier-ignore
    const moved = look([1, 2], [[0, 1], [1, 0]]); // prettier-ignore
    const other = look([2, -1], [[-1, 0], [0, 1]]); // prettier-ignore
    expect(featureDistance(a, a)).toBeCloseTo(0, 6);
    expect(featureDistance(a, moved)).toBeCloseTo(0, 6);
    expect(featureDistance(a, other)).toBeCloseTo(featureDistance(other, a), 12);
    // whole: cos 0; parts: [1, 0] finds nothing nearer than at right angles, in both directions
    expect(featureDistance(a, other)).toBeCloseTo(0.75 * 1 + 0.25 * 0.5, 6);
  });

  test("of work grows with the pixels and with the stages, and is 0 only where nothing differs", () => {
    const at = (progress: number, ...levels: number[]) => ({
      frame: greys(...levels),
      look: { ...look([1], []), progress },
    });
    expect(workDistance(at(3, 0, 10), at(3, 0, 10))).toBe(0);
    expect(workDistance(at(3, 0, 10), at(9, 0, 10))).toBe(0);
    expect(workDistance(at(3, 0, 10), at(3, 4, 10))).toBeCloseTo(2 * 0.05, 12);
    expect(workDistance(at(3, 0, 10), at(9, 4, 10))).toBeCloseTo(2 * 6.05, 12);
  });

  test("in PSNR: half of all pixels quite wrong is 3 dB, nothing wrong is 100", () => {
    const [black, white] = [greys(0), greys(255)];
    expect(psnr([black, white], [white, white])).toBeCloseTo(10 * Math.log10(2), 6);
    expect(psnr([black, white], [black, white])).toBe(100);
  });
});

describe("between", () => {
  test("on the straight way the place is the share of the way", () => {
    expect(between(0, 1, 4, apart)).toEqual({ straightness: 1, place: 0.25 });
  });

  test("a copy stands on its neighbour, and what leads away makes the way longer", () => {
    expect(between(0, 0, 4, apart).place).toBe(0);
    expect(between(0, 6, 4, apart)).toEqual({ straightness: 0.5, place: 0.75 });
    expect(between(3, 3, 3, apart)).toEqual({ straightness: 1, place: 0.5 });
  });
});
