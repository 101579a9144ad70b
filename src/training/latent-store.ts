// Latents that were computed once: rows of one length in one file, as half-precision numbers. Rows are
// only ever added at the end, so what a crash leaves is whole rows and at most a piece of one.
import { closeSync, openSync, readSync } from "node:fs";
import { open, stat, truncate } from "node:fs/promises";
import { toFloats, toHalves } from "../engine/train/index.js";

export interface LatentStore {
  readonly rows: number;
  read(row: number): Float32Array;
  close(): void;
}

/** @param length - numbers of a row */
export async function openLatents(file: string, length: number): Promise<LatentStore> {
  const rows = await countRows(file, length);
  const descriptor = openSync(file, "r");
  return {
    rows,
    read(row) {
      if (row < 0 || row >= rows)
        throw new RangeError(`${file}: has ${rows} rows, asked for row ${row}`);
      const bytes = new Uint8Array(2 * length);
      readSync(descriptor, bytes, 0, bytes.length, row * bytes.length);
      return toFloats("F16", bytes.buffer);
    },
    close: () => closeSync(descriptor),
  };
}

/** Whole rows in the file; 0 where there is none. */
export async function countRows(file: string, length: number): Promise<number> {
  const size = await stat(file).then(
    (info) => info.size,
    () => 0,
  );
  return Math.floor(size / (2 * length));
}

/** Adds rows after the first `rows`; whatever stood behind them goes. */
export async function appendRows(
  file: string,
  rows: number,
  added: readonly Float32Array[],
): Promise<void> {
  const handle = await open(file, "a");
  try {
    await truncate(file, rows * 2 * (added[0]?.length ?? 0));
    for (const row of added) await handle.writeFile(new Uint8Array(toHalves(row).buffer));
  } finally {
    await handle.close();
  }
}
