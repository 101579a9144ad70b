// A moving picture: every frame a square with its caption below, all of one size.
import sharp from "sharp";
import { typeset } from "./typeset.js";
import type { Raster } from "../raster.js";

export interface Animation {
  /** squares of one size */
  pictures: readonly Raster[];
  captions: readonly string[];
  delaysMs: number[];
}

/** @param format - GIF has 256 colours, WebP all of them */
export async function animate(
  { pictures, captions, delaysMs }: Animation,
  format: "gif" | "webp",
): Promise<Uint8Array> {
  const widthPx = pictures[0]?.width ?? 0;
  const marginPx = Math.round(widthPx / 32);
  const fontPx = Math.round(widthPx / 28);
  const texts: Raster[] = [];
  for (const caption of captions)
    texts.push(await typeset(caption, { widthPx: widthPx - 2 * marginPx, fontPx }));
  const heightPx = widthPx + 2 * marginPx + Math.max(...texts.map(({ height }) => height));

  const sizeBytes = 3 * widthPx * heightPx;
  const data = Buffer.alloc(sizeBytes * pictures.length, 255);
  for (const [index, picture] of pictures.entries()) {
    const frame = data.subarray(index * sizeBytes, (index + 1) * sizeBytes);
    frame.set(picture.data);
    const text = texts[index]!;
    const leftPx = Math.max(0, Math.floor((widthPx - text.width) / 2));
    paste(frame, widthPx, text, leftPx, widthPx + marginPx);
  }
  const raw = { width: widthPx, height: heightPx * pictures.length, channels: 3 } as const;
  const pages = sharp(data, { raw: { ...raw, pageHeight: heightPx } });
  const options = { delay: delaysMs, loop: 0 };
  return format === "gif"
    ? pages.gif({ ...options, effort: 4 }).toBuffer()
    : pages.webp({ ...options, quality: 82, effort: 3 }).toBuffer();
}

function paste(
  frame: Uint8Array,
  widthPx: number,
  { width, height, data }: Raster,
  leftPx: number,
  topPx: number,
): void {
  const shownPx = Math.min(width, widthPx - leftPx);
  for (let row = 0; row < height; row++)
    frame.set(
      data.subarray(3 * row * width, 3 * (row * width + shownPx)),
      3 * ((topPx + row) * widthPx + leftPx),
    );
}
