// Between bytes and the autoencoder's numbers.
import type { Raster, Rect } from "../raster.js";
import type { Planes } from "./networks.js";

/** RGB bytes → three planes in −1 … 1 */
export function toPlanes({ width, height, data }: Raster): Planes {
  const pixels = width * height;
  const planes = new Float32Array(3 * pixels);
  for (let i = 0; i < pixels; i++)
    for (let channel = 0; channel < 3; channel++)
      planes[channel * pixels + i] = data[3 * i + channel]! / 127.5 - 1;
  return { width, height, data: planes };
}

/** Three planes, cut to −1 … 1 → RGB bytes */
export function toRaster({ width, height, data }: Planes): Raster {
  const pixels = width * height;
  const bytes = new Uint8ClampedArray(3 * pixels);
  for (let i = 0; i < pixels; i++)
    for (let channel = 0; channel < 3; channel++)
      bytes[3 * i + channel] = (data[channel * pixels + i]! + 1) * 127.5;
  return { width, height, data: new Uint8Array(bytes.buffer) };
}

/** Writes a picture over a cell of the page, and says how far the page was from it before: PSNR in dB. */
export function restorePixels(page: Raster, cell: Rect, picture: Raster): number {
  let squares = 0;
  for (let row = 0; row < cell.height; row++) {
    const at = 3 * ((cell.y + row) * page.width + cell.x);
    const given = picture.data.subarray(3 * row * cell.width, 3 * (row + 1) * cell.width);
    given.forEach((value, i) => (squares += (value - page.data[at + i]!) ** 2));
    page.data.set(given, at);
  }
  return 10 * Math.log10(255 ** 2 / (squares / picture.data.length || 1e-9));
}
