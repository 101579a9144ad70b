// What is cut out of people's pages: a frame is known by its grey, ten levels a frame.
import { compose, layoutFor } from "#src/grid/index.js";
import type { Raster } from "#src/raster.js";
import { sampleOf, variantsOf } from "#src/training/page-variants.js";
import { describe, expect, test } from "vitest";

const PX = 16;
const GREYS = 10;

const frame = (number: number): Raster => ({
  width: PX,
  height: PX,
  data: new Uint8Array(3 * PX * PX).fill(GREYS * number),
});

/** A page of frames 1, 2, … in snake order. */
const pageOf = (frames: 9 | 4) =>
  compose(
    layoutFor(frames, "snake"),
    Array.from({ length: frames }, (_, i) => frame(i + 1)),
  );

/** Which frame stands in a cell, counted row by row. */
function frameIn({ width, data }: Raster, cell: number): number {
  const columns = width / PX;
  const [row, column] = [Math.floor(cell / columns), cell % columns];
  return data[3 * (row * PX * width + column * PX)]! / GREYS;
}

const cellsOf = (picture: Raster) =>
  Array.from({ length: (picture.width / PX) ** 2 }, (_, cell) => frameIn(picture, cell));

describe.each([
  [9, 8],
  [4, 2],
] as const)("of a page of %d", (frames, last) => {
  const page = pageOf(frames);

  test("ReCraft is given the last frame, in the snake's last cell", () => {
    const variants = variantsOf("recraft", page, frames);
    expect(variants.map(({ picture }) => picture)).toEqual([page]);
    const known = variants.flatMap((variant) => variant.known);
    expect(known.map(({ cell, picture }) => [cell, frameIn(picture, 0)])).toEqual([[last, frames]]);
  });

  test("interpolation learns every run of four frames, in the order of time", () => {
    const runs = variantsOf("interpolation", page, frames);
    expect(runs.map(({ picture }) => cellsOf(picture))).toEqual(
      Array.from({ length: frames - 3 }, (_, i) => [i + 1, i + 2, i + 3, i + 4]),
    );
    for (const { picture, known } of runs)
      for (const given of known)
        expect(frameIn(given.picture, 0)).toBe(frameIn(picture, given.cell));
  });
});

test("what is asked for on the way is the middle run, with what is known where it stands", () => {
  const asked = { name: "page-1", prompt: "a crane", domain: 2 };
  const sample = sampleOf(variantsOf("interpolation", pageOf(9), 9), asked);
  expect(sample).toMatchObject({ ...asked, sidePx: 2 * PX });
  expect(sample.known.map(({ cell, picture }) => [cell, frameIn(picture, 0)])).toEqual([
    [{ x: 0, y: 0, width: PX, height: PX }, 4],
    [{ x: PX, y: PX, width: PX, height: PX }, 7],
  ]);
});
