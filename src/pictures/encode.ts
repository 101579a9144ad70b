// Our own pixels into files.
import sharp, { type Sharp } from "sharp";
import type { Raster } from "../raster.js";
import type { Frame } from "./request.js";

export async function encodePng(picture: Raster): Promise<Frame> {
  return {
    png: await rawPixels(picture).png().toBuffer(),
    widthPx: picture.width,
    heightPx: picture.height,
  };
}

/** @param quality - 1 … 100 */
export async function encodeJpeg(picture: Raster, quality: number): Promise<Uint8Array> {
  return rawPixels(picture).jpeg({ quality }).toBuffer();
}

/** Scales to a square; a picture that has the size already comes back as it is. */
export async function toSquare(picture: Raster, sidePx: number): Promise<Raster> {
  if (picture.width === sidePx && picture.height === sidePx) return picture;
  const data = await rawPixels(picture)
    .resize(sidePx, sidePx, { fit: "fill", kernel: "lanczos3" })
    .raw()
    .toBuffer();
  return { width: sidePx, height: sidePx, data };
}

function rawPixels({ width, height, data }: Raster): Sharp {
  return sharp(data, { raw: { width, height, channels: 3 } });
}
