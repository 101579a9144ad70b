// A file that was not there, whole or not at all; one that somebody wrote meanwhile stays.
import { randomBytes } from "node:crypto";
import { access, link, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";

/** Says whether the file was written. Throws an Error that says why it cannot be. */
export async function writeNew(file: string, text: string): Promise<boolean> {
  const { dir, base } = path.parse(file);
  // Hidden: a reader of the folder passes over what a crash leaves.
  const draft = path.join(dir, `.${base}.${randomBytes(4).toString("hex")}`);
  try {
    await writeFile(draft, text, { flag: "wx", flush: true });
    return await publish(draft, file);
  } catch (error) {
    throw new Error(
      `cannot write ${file} (${(error as Error).message}); make room and the folder writable, and run again to go on`,
      { cause: error },
    );
  } finally {
    await rm(draft, { force: true });
  }
}

async function publish(draft: string, file: string): Promise<boolean> {
  try {
    await link(draft, file); // never replaces a file
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
  }
  // A file system without links.
  if (await exists(file)) return false;
  await rename(draft, file);
  return true;
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
