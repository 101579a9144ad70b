import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  cellOf,
  cellRect,
  compose,
  crop,
  layoutFor,
  raster3x3,
  snake3x3,
  split,
  type Order,
} from "#src/grid/index.js";
import type { Raster, Rect } from "#src/raster.js";
import {
  afterJpeg,
  grainy,
  hasRealPages,
  paint,
  plain,
  readPaintedPages,
  readRealPages,
  realPages,
  resized,
  withBars,
  type NamedPage,
  type Rgb,
} from "./pages.js";

const white: Rgb = [255, 255, 255];
const navy: Rgb = [29, 35, 50];

const nominal = (page: Raster, layout = snake3x3) =>
  Array.from({ length: layout.rows * layout.columns }, (_, frame) =>
    cellRect(layout, page.width, page.height, cellOf(layout, frame)),
  );

const sizes = (rects: Rect[]) => [
  ...new Set(rects.map(({ width, height }) => `${width}x${height}`)),
];

const channel = fc.integer({ min: 32, max: 255 });
const anyPage = fc.record({
  count: fc.constantFrom<4 | 9>(4, 9),
  order: fc.constantFrom<Order>("snake", "raster"),
  widthPx: fc.integer({ min: 48, max: 80 }),
  heightPx: fc.integer({ min: 48, max: 80 }),
  colours: fc.array(fc.tuple(channel, channel, channel), { minLength: 9, maxLength: 9 }),
  seed: fc.nat(),
  /** one frame has a black line this far from its left and lower border */
  lined: fc.record({ frame: fc.nat({ max: 3 }), insetPx: fc.integer({ min: 1, max: 6 }) }),
});

function composed({ count, order, widthPx, heightPx, colours, seed, lined }: Made) {
  const layout = layoutFor(count, order);
  const frames = Array.from({ length: count }, (_, index) =>
    grainy(widthPx, heightPx, colours[index]!, seed + index),
  );
  const drawn = frames[lined.frame]!;
  paint(drawn, { x: lined.insetPx, y: 0, width: 1, height: heightPx }, [0, 0, 0]);
  paint(drawn, { x: 0, y: heightPx - 1 - lined.insetPx, width: widthPx, height: 1 }, [0, 0, 0]);
  return { layout, frames, page: compose(layout, frames) };
}
type Made = typeof anyPage extends fc.Arbitrary<infer T> ? T : never;

function expectFrames(page: Raster, rects: Rect[], frames: Raster[]): void {
  frames.forEach((frame, index) => {
    const cut = crop(page, rects[index]!);
    expect([cut.width, cut.height]).toEqual([frame.width, frame.height]);
    expect(Buffer.compare(cut.data, frame.data)).toBe(0);
  });
}

describe("split", () => {
  it("gives the composed frames back from a page without bars", () => {
    fc.assert(
      fc.property(anyPage, (made) => {
        const { layout, frames, page } = composed(made);
        expectFrames(page, split(page, layout), frames);
      }),
      { numRuns: 50 },
    );
  });

  it("gives the composed frames back from a page with bars of 1 to 3 px", () => {
    fc.assert(
      fc.property(anyPage, fc.integer({ min: 1, max: 3 }), (made, barPx) => {
        const { layout, frames, page } = composed(made);
        const barred = withBars(page, layout.columns, barPx);
        expectFrames(barred, split(barred, layout), frames);
      }),
      { numRuns: 50 },
    );
  });

  it("takes a dark frame for no bar, nor a page that is dark all over", () => {
    const page = compose(snake3x3, [
      plain(64, 64, [20, 12, 8]),
      ...Array.from({ length: 8 }, () => plain(64, 64, [230, 200, 150])),
    ]);
    expect(split(page, snake3x3)).toEqual(nominal(page));
    const night = grainy(1056, 1056, [14, 14, 20], 7);
    for (let star = 0; star < 400; star++)
      paint(night, { x: (star * 613) % 1050, y: (star * 347) % 1050, width: 5, height: 5 }, white);
    expect(split(night, snake3x3)).toEqual(nominal(night));
  });

  it("takes the outlines of all frames for no bar", () => {
    const frame = plain(352, 352, white);
    for (const edge of [2, 349]) {
      paint(frame, { x: edge, y: 2, width: 1, height: 348 }, [0, 0, 0]);
      paint(frame, { x: 2, y: edge, width: 348, height: 1 }, [0, 0, 0]);
    }
    const page = compose(
      raster3x3,
      Array.from({ length: 9 }, () => frame),
    );
    expect(split(page, raster3x3)).toEqual(nominal(page, raster3x3));
  });

  it("takes a bar that does not reach the page's edge for no bar", () => {
    const page = plain(1056, 1056, white);
    paint(page, { x: 351, y: 0, width: 3, height: 1000 }, [0, 0, 0]);
    expect(split(page, snake3x3)).toEqual(nominal(page));
  });

  it("takes a dark band wider than any bar for a part of the frames", () => {
    const page = plain(1056, 1056, white);
    paint(page, { x: 340, y: 0, width: 24, height: 1056 }, [0, 0, 0]);
    expect(split(page, snake3x3)).toEqual(nominal(page));
  });

  it("finds black bars between cells that are dark all over, to the pixel", () => {
    const frames = Array.from({ length: 9 }, (_, index) => grainy(350, 350, navy, index));
    const page = withBars(compose(snake3x3, frames), 3, 3);
    expect(sizes(split(page, snake3x3))).toEqual(["350x350"]);
    const mixed = frames.with(2, plain(350, 350, white)).with(3, plain(350, 350, [0, 0, 0]));
    expect(sizes(split(withBars(compose(snake3x3, mixed), 3, 3), snake3x3))).toEqual(["350x350"]);
  });

  it("finds a bar up to 8 px from the border, scaled with the page, and no farther", () => {
    for (const sidePx of [528, 1056, 2112]) {
      const page = plain(sidePx, sidePx, white);
      const scale = sidePx / 1056;
      const bar = (x: number) => ({ x: x * scale, y: 0, width: 2 * scale, height: sidePx });
      paint(page, bar(344), [0, 0, 0]);
      paint(page, bar(716), [0, 0, 0]);
      const [first, second, third] = split(page, snake3x3);
      expect(first).toMatchObject({ x: 0, width: 344 * scale });
      expect(second).toMatchObject({ x: 346 * scale, width: (704 - 346) * scale });
      expect(third).toMatchObject({ x: 704 * scale, width: 352 * scale });
    }
  });

  it("takes the grey fringe of a resampled bar away with it", async () => {
    const frames = Array.from({ length: 9 }, () => plain(350, 350, white));
    const page = await resized(withBars(compose(snake3x3, frames), 3, 3), 1500);
    for (const rect of split(page, snake3x3)) {
      const frame = crop(page, rect);
      expect(frame.data.reduce((least, value) => Math.min(least, value))).toBeGreaterThan(240);
      expect(frame.width).toBeGreaterThanOrEqual(494);
    }
  });

  it("refuses a page with fewer pixels than frames", () => {
    expect(() => split(plain(2, 9, white), snake3x3)).toThrow(/2 × 9 px has no 3 × 3 frames/);
  });

  it("cuts painted pages at the nominal borders", async () => {
    for (const { name, page, frames } of await readPaintedPages()) {
      const layout = layoutFor(frames, "snake");
      expect(split(page, layout), name).toEqual(nominal(page, layout));
    }
  });
});

describe.skipIf(!hasRealPages)(`split of ${realPages}`, () => {
  let pages: NamedPage[];
  beforeAll(async () => {
    pages = await readRealPages();
  });

  // Measured by eye on the pixels: bars of pure black, and the two pages whose bars were resampled.
  const cuts: Record<string, [number, number][]> = {
    illustration: [
      [350, 356],
      [706, 711],
    ],
    sketch: [
      [349, 355],
      [704, 709],
    ],
    nine: [
      [350, 353],
      [703, 706],
    ],
    four: [[510, 514]],
  };

  it("loses the bars with their fringe and nothing else", () => {
    for (const { name, page, frames } of pages) {
      const [first, second] = cuts[name] ?? cuts[frames === 9 ? "nine" : "four"]!;
      const starts = [0, first![1], ...(second ? [second[1]] : [])];
      const ends = [first![0], ...(second ? [second[0]] : []), page.width];
      const spans = starts.map((start, index) => [start, ends[index]! - start]);
      const rects = split(page, layoutFor(frames, "raster"));
      const expected = spans.flatMap(([y, height]) =>
        spans.map(([x, width]) => ({ x, y, width, height })),
      );
      expect(rects, name).toEqual(expected);
    }
  });

  it("leaves at most two more pixels a side after JPEG has spoilt the bars, and no bar", async () => {
    for (const { name, page, frames } of pages) {
      const layout = layoutFor(frames, "snake");
      const clean = split(page, layout);
      split(await afterJpeg(page, 60), layout).forEach((rect, index) => {
        for (const side of ["x", "y", "width", "height"] as const)
          expect(Math.abs(rect[side] - clean[index]![side]), name).toBeLessThanOrEqual(2);
      });
    }
  });

  it("finds no false bar in the same frames laid out without bars", async () => {
    for (const { name, page, frames } of pages) {
      const layout = layoutFor(frames, "snake");
      const cells = await Promise.all(
        split(page, layout).map((rect) => resized(crop(page, rect), 352)),
      );
      const barless = compose(layout, cells);
      expect(split(barless, layout), name).toEqual(nominal(barless, layout));
    }
  });
});
