// A folder and those above it. Not `mkdir`'s own `recursive`: that spins for ever where a folder that is
// there lets nobody make another in it and calls it missing, as /proc does.
import { mkdir, stat } from "node:fs/promises";
import path from "node:path";

/** Makes a folder, and those above it where they are missing; one that is there is fine. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await make(folder);
  } catch (error) {
    const above = path.dirname(folder);
    if (!isMissing(error) || above === folder) throw error;
    await makeFolder(above);
    await make(folder);
  }
}

async function make(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    // What is said of a folder that is there differs: EEXIST, or EPERM of a drive.
    if (isMissing(error) || !(await stat(folder).catch(() => undefined))?.isDirectory())
      throw error;
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}
