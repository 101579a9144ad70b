import { describe, expect, it } from "vitest";
import { compose, GridError, raster2x2, snake2x2 } from "#src/grid/index.js";
import { plain } from "./pages.js";

const red = plain(2, 1, [255, 0, 0]);
const green = plain(2, 1, [0, 255, 0]);
const blue = plain(2, 1, [0, 0, 255]);

function firstOfEachCell(page: { data: Uint8Array }) {
  return [0, 2, 4, 6].map((pixel) => Array.from(page.data.subarray(3 * pixel, 3 * pixel + 3)));
}

describe("compose", () => {
  it("puts frames where the layout says and leaves other cells white", () => {
    const page = compose(snake2x2, [red, green, blue]);
    expect([page.width, page.height]).toEqual([4, 2]);
    expect(firstOfEachCell(page)).toEqual([
      [255, 0, 0],
      [0, 255, 0],
      [255, 255, 255],
      [0, 0, 255],
    ]);
    expect(firstOfEachCell(compose(raster2x2, [red, green, blue]))[2]).toEqual([0, 0, 255]);
  });

  it("refuses no frames, too many frames, and frames of two sizes", () => {
    expect(() => compose(snake2x2, [])).toThrow(GridError);
    expect(() => compose(snake2x2, [red, red, red, red, red])).toThrow(/5 frames .* 2 × 2 cells/);
    expect(() => compose(snake2x2, [red, plain(3, 1, [0, 0, 0])])).toThrow(
      /frame 2 is 3 × 1 px, the first is 2 × 1 px/,
    );
  });
});
