import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  cellAt,
  cellCount,
  cellOf,
  cellRect,
  frameAt,
  GridError,
  indexOf,
  layoutFor,
  raster2x2,
  sheetFor,
  snake2x2,
  snake3x3,
  type Layout,
} from "#src/grid/index.js";

const layouts = fc.record<Layout>({
  rows: fc.integer({ min: 1, max: 8 }),
  columns: fc.integer({ min: 1, max: 8 }),
  order: fc.constantFrom("snake", "raster"),
});

function allCells(layout: Layout) {
  return Array.from({ length: cellCount(layout) }, (_, index) => cellAt(layout, index));
}

describe("layout", () => {
  it("walks nine frames as 1 2 3 / 6 5 4 / 7 8 9", () => {
    expect(allCells(snake3x3).map((cell) => frameAt(snake3x3, cell) + 1)).toEqual([
      1, 2, 3, 6, 5, 4, 7, 8, 9,
    ]);
  });

  it("walks four frames as 1 2 / 4 3, and 1 2 / 3 4 in reading order", () => {
    expect(allCells(snake2x2).map((cell) => frameAt(snake2x2, cell) + 1)).toEqual([1, 2, 4, 3]);
    expect(allCells(raster2x2).map((cell) => frameAt(raster2x2, cell) + 1)).toEqual([1, 2, 3, 4]);
  });

  it("ends nine frames at the bottom right and four at the bottom left", () => {
    expect(cellOf(layoutFor(9, "snake"), 8)).toEqual({ row: 2, column: 2 });
    expect(cellOf(layoutFor(4, "snake"), 3)).toEqual({ row: 1, column: 0 });
  });

  it("finds the frame of a frame's cell again, and the index of an index's cell", () => {
    fc.assert(
      fc.property(layouts, (layout) => {
        for (let index = 0; index < cellCount(layout); index++) {
          expect(frameAt(layout, cellOf(layout, index))).toBe(index);
          expect(indexOf(layout, cellAt(layout, index))).toBe(index);
        }
      }),
    );
  });

  it("lets neighbours in time touch on a snake", () => {
    fc.assert(
      fc.property(layouts, (layout) => {
        const snake: Layout = { ...layout, order: "snake" };
        for (let frame = 1; frame < cellCount(snake); frame++) {
          const [a, b] = [cellOf(snake, frame - 1), cellOf(snake, frame)];
          expect(Math.abs(a.row - b.row) + Math.abs(a.column - b.column)).toBe(1);
        }
      }),
    );
  });

  it("covers a page of any size with cells that do not overlap", () => {
    const side = fc.integer({ min: 8, max: 60 });
    fc.assert(
      fc.property(layouts, side, side, (layout, widthPx, heightPx) => {
        const covered = new Uint8Array(widthPx * heightPx);
        for (const cell of allCells(layout)) {
          const { x, y, width, height } = cellRect(layout, widthPx, heightPx, cell);
          for (let row = y; row < y + height; row++)
            for (let column = x; column < x + width; column++) covered[row * widthPx + column]!++;
        }
        expect(covered.every((times) => times === 1)).toBe(true);
      }),
    );
  });

  it("makes cells that differ by one pixel at most", () => {
    const widths = allCells(snake3x3).map((cell) => cellRect(snake3x3, 1000, 1024, cell).width);
    expect([...new Set(widths)].toSorted()).toEqual([333, 334]);
  });

  it("lays any number of frames on a near-square sheet without an empty row", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), (frames) => {
        const { rows, columns, order } = sheetFor(frames);
        expect(order).toBe("raster");
        expect(rows * columns).toBeGreaterThanOrEqual(frames);
        expect((rows - 1) * columns).toBeLessThan(frames);
        expect(columns - rows).toBeGreaterThanOrEqual(0);
        expect(columns - rows).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("refuses a cell or a frame outside the page, with the numbers", () => {
    expect(() => cellOf(snake3x3, 9)).toThrow(/no cell at row 3.*3 rows and 3 columns/);
    expect(() => cellOf(snake3x3, -1)).toThrow(GridError);
    expect(() => cellOf(snake3x3, 0.5)).toThrow(GridError);
    expect(() => cellRect(snake2x2, 64, 64, { row: 0, column: 2 })).toThrow(GridError);
    expect(() => sheetFor(0)).toThrow(/0 frames/);
  });
});
