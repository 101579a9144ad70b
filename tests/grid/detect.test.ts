import { beforeAll, describe, expect, it } from "vitest";
import {
  compose,
  crop,
  detectLayout,
  layoutFor,
  snake2x2,
  snake3x3,
  split,
} from "#src/grid/index.js";
import type { Raster } from "#src/raster.js";
import {
  grainy,
  hasRealPages,
  plain,
  readPaintedPages,
  readRealPages,
  realPages,
  resized,
  withBars,
  type NamedPage,
} from "./pages.js";

const nine = { layout: snake3x3, certain: true };
const four = { layout: snake2x2, certain: true };

/** Frames of one size out of a page. */
async function framesOf({ page, frames }: NamedPage, sidePx: number): Promise<Raster[]> {
  const rects = split(page, layoutFor(frames, "snake"));
  return Promise.all(rects.map((rect) => resized(crop(page, rect), sidePx)));
}

/** Four of nine frames as a page: the first, two in the middle, the last. */
const sparse = (frames: Raster[]) =>
  compose(
    snake2x2,
    [0, 3, 6, 8].map((index) => frames[index]!),
  );

describe("detectLayout", () => {
  it("tells nine frames from four on painted pages, which have no bars", async () => {
    for (const made of await readPaintedPages()) {
      expect(detectLayout(made.page), made.name).toEqual(made.frames === 9 ? nine : four);
      if (made.frames === 9)
        expect(detectLayout(sparse(await framesOf(made, 96))), made.name).toEqual(four);
    }
  });

  it("goes by the bars where the frames have nothing in common", () => {
    const frames = Array.from({ length: 9 }, (_, index) => grainy(64, 64, [200, 200, 200], index));
    expect(detectLayout(withBars(compose(snake3x3, frames), 3, 2))).toEqual(nine);
    expect(detectLayout(withBars(compose(snake2x2, frames.slice(0, 4)), 2, 2))).toEqual(four);
  });

  it("goes by the edges where there are no bars and the frames differ in ground", () => {
    const grounds = [
      [60, 45, 30],
      [240, 240, 235],
      [120, 160, 90],
      [220, 190, 140],
      [90, 90, 160],
      [200, 80, 80],
      [30, 120, 120],
      [250, 220, 90],
      [150, 100, 190],
    ] as const;
    const frames = grounds.map((ground, index) => grainy(64, 64, [...ground], index));
    expect(detectLayout(compose(snake3x3, frames))).toEqual(nine);
    expect(detectLayout(compose(snake2x2, frames.slice(0, 4)))).toEqual(four);
  });

  it("guesses nine and says so where the page does not tell", () => {
    const guess = { layout: snake3x3, certain: false };
    expect(detectLayout(plain(192, 192, [250, 250, 250]))).toEqual(guess);
    expect(detectLayout(grainy(192, 192, [120, 120, 120], 3))).toEqual(guess);
    for (const sidePx of [1, 2, 5])
      expect(detectLayout(plain(sidePx, sidePx, [9, 9, 9]))).toEqual(guess);
  });
});

describe.skipIf(!hasRealPages)(`detectLayout of ${realPages}`, () => {
  let pages: NamedPage[];
  beforeAll(async () => {
    pages = await readRealPages();
  });

  it("is right with their bars", () => {
    for (const { name, page, frames } of pages)
      expect(detectLayout(page), name).toEqual(frames === 9 ? nine : four);
  });

  it("is right without bars, large and small, nine frames or four", async () => {
    for (const real of pages)
      for (const sidePx of [64, 352]) {
        const frames = await framesOf(real, sidePx);
        const page = compose(layoutFor(real.frames, "snake"), frames);
        expect(detectLayout(page), real.name).toEqual(real.frames === 9 ? nine : four);
        if (real.frames === 9) expect(detectLayout(sparse(frames)), real.name).toEqual(four);
      }
  });

  it("is not certain of a single frame", () => {
    for (const { name, page, frames } of pages) {
      const last = split(page, layoutFor(frames, "snake")).at(-1)!;
      expect(detectLayout(crop(page, last)).certain, name).toBe(false);
    }
  });
});
