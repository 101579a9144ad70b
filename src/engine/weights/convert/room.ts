// Whether a disk has room for a converted file, asked before anything is written.
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { EngineError } from "../../error.js";
import { freeBytes } from "../../../free-bytes.js";

/** Stays free, for everybody else. */
const SPARE_BYTES = 64 * 2 ** 20;

/**
 * @param part - what is there of the file, or will be
 * @param sizeBytes - of the whole file
 * @throws EngineError `cannot_write`
 */
export async function checkRoom(part: string, sizeBytes: number): Promise<void> {
  const there = await stat(part).then(
    ({ size }) => size,
    () => 0,
  );
  const needed = sizeBytes - there + SPARE_BYTES;
  const free = await freeBytes(dirname(part));
  if (free === undefined || needed <= free) return;
  throw new EngineError(
    "cannot_write",
    `${gigabytes(needed)} are needed in ${dirname(part)} for converted weights, and ${gigabytes(free)} are free; make room, or choose a data folder on another disk`,
  );
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
