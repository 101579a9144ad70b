// A part of a picture as a picture of its own.
import type { Raster, Rect } from "../raster.js";

/** Copies the pixels of `rect`, which lies inside the picture. */
export function crop(picture: Raster, { x, y, width, height }: Rect): Raster {
  const data = new Uint8Array(3 * width * height);
  for (let row = 0; row < height; row++) {
    const from = 3 * ((y + row) * picture.width + x);
    data.set(picture.data.subarray(from, from + 3 * width), 3 * row * width);
  }
  return { width, height, data };
}
