// Whether a disk has room, asked before the first byte is fetched.
import { ModelsError } from "./error.js";
import { sayBytes } from "./words.js";
import { freeBytes } from "../free-bytes.js";

/** Stays free, for links and journals and everybody else. */
const SPARE_BYTES = 64 * 2 ** 20;

/** @param folder - need not be there yet. Throws `no_space`. */
export async function checkSpace(folder: string, neededBytes: number): Promise<void> {
  const free = await freeBytes(folder);
  if (neededBytes === 0 || free === undefined || neededBytes + SPARE_BYTES <= free) return;
  throw new ModelsError(
    "no_space",
    `${sayBytes(neededBytes)} are to be fetched into ${folder}, which has ${sayBytes(free)} left; make room, or use another disk (HF_HUB_CACHE, or --data-dir for single domains)`,
  );
}
