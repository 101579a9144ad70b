// How much room a disk has.
import { statfs } from "node:fs/promises";
import path from "node:path";

/**
 * Bytes that this user may still write. Undefined where the system does not say.
 * @param folder - need not be there yet
 */
export async function freeBytes(folder: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    const above = path.dirname(folder);
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    return isMissing && above !== folder ? freeBytes(above) : undefined;
  }
}
