// Where each frame stands on a page: pure geometry, importable anywhere. Frames are counted from 0 in
// the order of time, cells by row and column, or by one row-major index where a list is handier.
import { GridError } from "./error.js";
import type { Rect } from "../raster.js";

/** `snake`: neighbours in time touch (1 2 3 / 6 5 4 / 7 8 9); `raster`: reading order. */
export type Order = "snake" | "raster";

export interface Layout {
  rows: number;
  columns: number;
  order: Order;
}

export interface Cell {
  row: number;
  column: number;
}

export const snake3x3: Layout = { rows: 3, columns: 3, order: "snake" };
export const snake2x2: Layout = { rows: 2, columns: 2, order: "snake" };
export const raster3x3: Layout = { rows: 3, columns: 3, order: "raster" };
export const raster2x2: Layout = { rows: 2, columns: 2, order: "raster" };

/** The page a model paints for this many frames. */
export function layoutFor(frames: 4 | 9, order: Order): Layout {
  if (frames === 9) return order === "snake" ? snake3x3 : raster3x3;
  return order === "snake" ? snake2x2 : raster2x2;
}

/** A near-square sheet in reading order for any number of frames ≥ 1; the last cells may stay empty. */
export function sheetFor(frames: number): Layout {
  if (!Number.isInteger(frames) || frames < 1)
    throw new GridError("no_frames", `sheetFor: ${frames} frames, needs a whole number from 1`);
  const columns = Math.ceil(Math.sqrt(frames));
  return { rows: Math.ceil(frames / columns), columns, order: "raster" };
}

export function cellCount({ rows, columns }: Layout): number {
  return rows * columns;
}

/** The cell of a frame counted from 0. Throws `GridError` `outside_layout`. */
export function cellOf(layout: Layout, frame: number): Cell {
  return onItsWay(layout, cellAt(layout, frame));
}

/** The frame, counted from 0, that stands in a cell. Throws `GridError` `outside_layout`. */
export function frameAt(layout: Layout, cell: Cell): number {
  return indexOf(layout, onItsWay(layout, cell));
}

/** The cell at a row-major index. Throws `GridError` `outside_layout`. */
export function cellAt(layout: Layout, index: number): Cell {
  const cell = { row: Math.floor(index / layout.columns), column: index % layout.columns };
  indexOf(layout, cell);
  return cell;
}

/** The row-major index of a cell. Throws `GridError` `outside_layout`. */
export function indexOf({ rows, columns }: Layout, { row, column }: Cell): number {
  const inside = (at: number, count: number) => Number.isInteger(at) && at >= 0 && at < count;
  if (!inside(row, rows) || !inside(column, columns))
    throw new GridError(
      "outside_layout",
      `no cell at row ${row}, column ${column}: the page has ${rows} rows and ${columns} columns, counted from 0`,
    );
  return row * columns + column;
}

/**
 * A cell's place on a page of any size. Cells cover the page without overlap; where the page is not
 * divisible they differ by one pixel.
 */
export function cellRect(layout: Layout, widthPx: number, heightPx: number, cell: Cell): Rect {
  indexOf(layout, cell);
  const x = border(widthPx, layout.columns, cell.column);
  const y = border(heightPx, layout.rows, cell.row);
  return {
    x,
    y,
    width: border(widthPx, layout.columns, cell.column + 1) - x,
    height: border(heightPx, layout.rows, cell.row + 1) - y,
  };
}

/** Where the `index`-th of `count` equal parts of `lengthPx` begins. */
export function border(lengthPx: number, count: number, index: number): number {
  return Math.round((lengthPx * index) / count);
}

/** A snake walks every second row backwards, which is its own inverse. */
function onItsWay({ columns, order }: Layout, { row, column }: Cell): Cell {
  const backwards = order === "snake" && row % 2 === 1;
  return { row, column: backwards ? columns - 1 - column : column };
}
