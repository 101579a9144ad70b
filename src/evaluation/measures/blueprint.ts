// Whether a picture has the ground of the blueprint style.
import type { Raster } from "../../raster.js";
import { blueprintBlues } from "../../world/index.js";

/** A pixel is blue that differs from one of the blues by no more, in levels of its worst channel. */
const LEVELS = 40;

/** The share of pixels in a blueprint's blue, 0 … 1. */
export function blueShare({ data }: Raster): number {
  let blue = 0;
  for (let at = 0; at < data.length; at += 3)
    if (
      blueprintBlues.some((color) =>
        color.every((level, channel) => Math.abs(data[at + channel]! - level) <= LEVELS),
      )
    )
      blue++;
  return blue / (data.length / 3);
}
