// Where a file that is open really lies.
import { lstat, readlink, realpath, type FileHandle } from "node:fs/promises";

/**
 * Linux says it of the open file itself, whatever happens to its path meanwhile. Elsewhere the path is
 * followed anew, and must lead to the very file that is open. Undefined where it does not.
 */
export async function placeOf(file: FileHandle, path: string): Promise<string | undefined> {
  const known = await readlink(`/proc/self/fd/${file.fd}`).catch(() => undefined);
  return known ?? followed(file, path);
}

/** Undefined where the path leads to another file. */
export async function followed(file: FileHandle, path: string): Promise<string | undefined> {
  const real = await realpath(path);
  const [open, there] = await Promise.all([
    file.stat({ bigint: true }),
    lstat(real, { bigint: true }),
  ]);
  return open.dev === there.dev && open.ino === there.ino ? real : undefined;
}
