// Pages to cut: the real ones where they are at hand, six that a small model painted, and made ones.
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import sharp, { type Sharp } from "sharp";
import type { Raster, Rect } from "#src/raster.js";

const realFolder = fileURLToPath(new URL("../../../shared/pages/", import.meta.url));
const paintedPath = fileURLToPath(new URL("six-pages.png", import.meta.url));

export const hasRealPages = existsSync(realFolder);
/** For the titles of tests that need the real pages. */
export const realPages = hasRealPages
  ? "the twelve real pages"
  : "(no ../shared/pages here: skipped)";

const fourFrames = new Set(["claytoys", "emoji", "linedraw", "oilpainting", "woodsculpture"]);

export interface NamedPage {
  name: string;
  page: Raster;
  frames: 4 | 9;
}

export async function readRealPages(): Promise<NamedPage[]> {
  const names = readdirSync(realFolder).filter((file) => file.endsWith(".png"));
  return Promise.all(
    names.map(async (file) => {
      const name = file.replace(".png", "");
      const frames = fourFrames.has(name) ? 4 : 9;
      return { name, page: await pixelsOf(sharp(realFolder + file)), frames };
    }),
  );
}

/** Six pages of 192 px without bars; the last one has four frames. */
export async function readPaintedPages(): Promise<NamedPage[]> {
  return Promise.all(
    [0, 1, 2, 3, 4, 5].map(async (index) => {
      const place = { left: 192 * (index % 3), top: 192 * Math.floor(index / 3) };
      const page = await pixelsOf(
        sharp(paintedPath).extract({ ...place, width: 192, height: 192 }),
      );
      return { name: `painted ${index + 1}`, page, frames: index === 5 ? 4 : 9 };
    }),
  );
}

export async function resized(picture: Raster, sidePx: number): Promise<Raster> {
  const { width, height } = picture;
  const pipeline = sharp(picture.data, { raw: { width, height, channels: 3 } });
  return pixelsOf(pipeline.resize(sidePx, sidePx, { fit: "fill" }));
}

export async function afterJpeg(picture: Raster, quality: number): Promise<Raster> {
  const { width, height } = picture;
  const pipeline = sharp(picture.data, { raw: { width, height, channels: 3 } });
  return pixelsOf(sharp(await pipeline.jpeg({ quality }).toBuffer()));
}

export async function pixelsOf(pipeline: Sharp): Promise<Raster> {
  const { data, info } = await pipeline
    .removeAlpha()
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8Array(data) };
}

export type Rgb = [number, number, number];

export function plain(width: number, height: number, colour: Rgb): Raster {
  const data = Uint8Array.from({ length: 3 * width * height }, (_, index) => colour[index % 3]!);
  return { width, height, data };
}

/** A plain picture whose channels differ by up to ±8 from pixel to pixel, as paint does. */
export function grainy(width: number, height: number, colour: Rgb, seed: number): Raster {
  const picture = plain(width, height, colour);
  let state = seed;
  for (let index = 0; index < picture.data.length; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    picture.data[index] = Math.max(0, Math.min(255, picture.data[index]! + (state % 17) - 8));
  }
  return picture;
}

export function paint(picture: Raster, { x, y, width, height }: Rect, colour: Rgb): void {
  for (let row = y; row < y + height; row++)
    for (let column = x; column < x + width; column++)
      picture.data.set(colour, 3 * (row * picture.width + column));
}

/** Puts black bars of `barPx` between the cells of a page that has none, pushing the cells apart. */
export function withBars(page: Raster, count: number, barPx: number): Raster {
  const cell = { width: page.width / count, height: page.height / count };
  const barred = plain(
    page.width + (count - 1) * barPx,
    page.height + (count - 1) * barPx,
    [0, 0, 0],
  );
  for (let y = 0; y < page.height; y++)
    for (let column = 0; column < count; column++) {
      const from = 3 * (y * page.width + column * cell.width);
      const toX = column * (cell.width + barPx);
      const toY = y + barPx * Math.floor(y / cell.height);
      barred.data.set(
        page.data.subarray(from, from + 3 * cell.width),
        3 * (toY * barred.width + toX),
      );
    }
  return barred;
}
