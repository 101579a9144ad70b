// A page into its frames: cut at the dark bars where there are any, else at the nominal borders.
import { GridError } from "./error.js";
import { border, cellCount, cellOf, type Layout } from "./layout.js";
import { columnsOf, findBar, rowsOf, type Lines, type Span } from "./seam.js";
import type { Raster, Rect } from "../raster.js";

/**
 * Finds each frame's place on a page, in the layout's order. Nothing but bars is lost.
 * Throws `GridError` `page_too_small`.
 */
export function split(page: Raster, layout: Layout): Rect[] {
  if (page.width < layout.columns || page.height < layout.rows)
    throw new GridError(
      "page_too_small",
      `split: a page of ${page.width} × ${page.height} px has no ${layout.rows} × ${layout.columns} frames`,
    );
  const columns = spans(columnsOf(page), layout.columns);
  const rows = spans(rowsOf(page), layout.rows);
  return Array.from({ length: cellCount(layout) }, (_, frame) => {
    const { row, column } = cellOf(layout, frame);
    const across = columns[column]!;
    const down = rows[row]!;
    return {
      x: across.start,
      y: down.start,
      width: across.end - across.start,
      height: down.end - down.start,
    };
  });
}

/** What lies between the bars (or borders) along one axis. */
function spans(lines: Lines, count: number): Span[] {
  const cuts = Array.from({ length: count - 1 }, (_, index) => {
    const nominal = border(lines.count, count, index + 1);
    return findBar(lines, nominal) ?? { start: nominal, end: nominal };
  });
  return Array.from({ length: count }, (_, index) => ({
    start: cuts[index - 1]?.end ?? 0,
    end: cuts[index]?.start ?? lines.count,
  }));
}
