// A decoded picture: the one form in which pixels travel between rooms and processes.

/** RGB pixels, row by row, 3 bytes each, no alpha, sRGB. `data.length = 3 * width * height`. */
export interface Raster {
  width: number;
  height: number;
  data: Uint8Array;
}

/** A rectangle in pixels; `x`, `y` is its top left corner. */
export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}
