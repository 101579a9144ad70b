// Sequences as pictures of one row, for the report.
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { compose } from "../grid/index.js";
import { encodePng } from "../pictures/encode.js";
import type { Raster } from "../raster.js";

export async function saveStrip(
  out: string,
  index: number,
  row: string,
  frames: readonly Raster[],
): Promise<void> {
  const layout = { rows: 1, columns: frames.length, order: "raster" } as const;
  const { png } = await encodePng(compose(layout, [...frames]));
  await writeFile(fileOf(out, index, row), png);
}

/** As a data address; undefined where none was saved. */
export async function readStrip(out: string, index: number, row: string) {
  const png = await readFile(fileOf(out, index, row)).catch(() => undefined);
  return png && `data:image/png;base64,${png.toString("base64")}`;
}

const fileOf = (out: string, index: number, row: string): string =>
  path.join(
    out,
    "pictures",
    `${String(index).padStart(3, "0")}-${row.replace(/[^\p{L}\d ]+/gu, "-")}.png`,
  );
