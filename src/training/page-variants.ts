// What a task learns from a page of a process: the page itself, or runs of its frames, and which cells of
// that are known.
import {
  cellAt,
  cellOf,
  cellRect,
  compose,
  crop,
  indexOf,
  layoutFor,
  raster2x2,
} from "../grid/index.js";
import type { Raster } from "../raster.js";
import type { AdapterTask, SamplePage } from "./pages.js";

/** Frames of a page of consecutive ones. */
export const RUN = 4;

export interface Variant {
  picture: Raster;
  frames: 9 | 4;
  /** cells counted row by row */
  known: { cell: number; picture: Raster }[];
}

/** @param page - of frames in snake order */
export function variantsOf(task: AdapterTask, page: Raster, frames: 9 | 4): Variant[] {
  const layout = layoutFor(frames, "snake");
  const frame = (i: number) =>
    crop(page, cellRect(layout, page.width, page.height, cellOf(layout, i)));
  if (task === "asymmetric-lora" || task === "style") return [{ picture: page, frames, known: [] }];
  if (task === "recraft") {
    const cell = indexOf(layout, cellOf(layout, frames - 1));
    return [{ picture: page, frames, known: [{ cell, picture: frame(frames - 1) }] }];
  }
  return Array.from({ length: frames - RUN + 1 }, (_, start) => {
    const run = [0, 1, 2, 3].map((i) => frame(start + i));
    const known = [0, RUN - 1].map((cell) => ({ cell, picture: run[cell]! }));
    return { picture: compose(raster2x2, run), frames: RUN, known };
  });
}

/** Of all variants of a page the middle one, as something to ask for. */
export function sampleOf(
  variants: readonly Variant[],
  asked: Pick<SamplePage, "name" | "prompt" | "domain">,
): SamplePage {
  const { picture, frames, known } = variants[Math.floor(variants.length / 2)]!;
  const { width, height } = picture;
  const layout = layoutFor(frames, "raster");
  return {
    ...asked,
    sidePx: width,
    known: known.map((given) => ({
      cell: cellRect(layout, width, height, cellAt(layout, given.cell)),
      picture: given.picture,
    })),
  };
}
