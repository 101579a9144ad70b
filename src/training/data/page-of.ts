// An example's pixels: its page scaled, or its frames in a snake on a page.
import type { Example } from "./dataset.js";
import { compose, layoutFor } from "../../grid/index.js";
import type { Raster } from "../../raster.js";
import type { PictureOperations } from "../../workers/index.js";

/**
 * The page of `pagePx` × `pagePx`; what is not square is padded with white, a page as a whole, frames in
 * their cells. Rejects with what the picture child says.
 * @param pagePx - divisible by 2 for 4 frames, by 3 for 9
 */
export async function pageOf(
  example: Example,
  pictures: Pick<PictureOperations, "fit">,
  pagePx: number,
): Promise<Raster> {
  if ("pagePath" in example)
    return pictures.fit({ source: { path: example.pagePath }, sidePx: pagePx });
  const { framePaths } = example;
  const layout = layoutFor(framePaths.length === 9 ? 9 : 4, "snake");
  const sidePx = pagePx / layout.columns;
  if (!Number.isInteger(sidePx))
    throw new RangeError(
      `pageOf: ${pagePx} px are not divisible by ${layout.columns}; choose another page size`,
    );
  const frames: Raster[] = [];
  for (const path of framePaths) frames.push(await pictures.fit({ source: { path }, sidePx }));
  return compose(layout, frames);
}
