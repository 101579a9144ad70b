// Frames onto one page, side by side, each in the cell that the layout gives it.
import { GridError } from "./error.js";
import { cellCount, cellOf, type Layout } from "./layout.js";
import type { Raster } from "../raster.js";

/**
 * Puts frames of one size on a page in the layout's order; cells without a frame stay white.
 * Throws `GridError`: `no_frames`, `outside_layout` (more frames than cells), `wrong_size`.
 */
export function compose(layout: Layout, frames: Raster[]): Raster {
  const [first] = frames;
  if (!first) throw new GridError("no_frames", "compose: a page needs at least one frame");
  if (frames.length > cellCount(layout))
    throw new GridError(
      "outside_layout",
      `compose: ${frames.length} frames on a page of ${layout.rows} × ${layout.columns} cells`,
    );
  const width = first.width * layout.columns;
  const height = first.height * layout.rows;
  const data = new Uint8Array(3 * width * height).fill(255);
  frames.forEach((frame, index) => {
    if (frame.width !== first.width || frame.height !== first.height)
      throw new GridError(
        "wrong_size",
        `compose: frame ${index + 1} is ${frame.width} × ${frame.height} px, the first is ${first.width} × ${first.height} px; scale them to one size`,
      );
    const { row, column } = cellOf(layout, index);
    for (let y = 0; y < frame.height; y++)
      data.set(
        frame.data.subarray(3 * y * frame.width, 3 * (y + 1) * frame.width),
        3 * ((row * frame.height + y) * width + column * frame.width),
      );
  });
  return { width, height, data };
}
