// A session maps files of one folder alone. A LoRA that lies elsewhere gets a second name there: a hard
// link, which takes no space; on another volume it has to be a copy.
import { constants, copyFile, link, mkdir, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, isAbsolute, join, relative } from "node:path";
import { EngineError } from "../../error.js";
import { fingerprint } from "../fingerprint.js";

const FOLDER = ".makeanything-loras";

/**
 * The file's name relative to `root`, brought there where it lies elsewhere.
 * @throws EngineError `cannot_write`
 */
export async function placeUnder(root: string, path: string): Promise<string> {
  const real = await realpath(path); // the runtime follows no link out of the folder
  const inside = relative(await realpath(root), real);
  if (!inside.startsWith("..") && !isAbsolute(inside)) return inside;
  const name = join(FOLDER, `${await fingerprint(real)}-${basename(real)}`);
  const place = join(root, name);
  try {
    if (await exists(place)) return name;
    await mkdir(join(root, FOLDER), { recursive: true });
    await link(real, place).catch(() => copyWhole(real, place));
    return name;
  } catch (error) {
    throw new EngineError(
      "cannot_write",
      `${basename(path)} must lie beside the model's weights to run with them, and cannot be put into ${root}: ${error instanceof Error ? error.message : String(error)}; move it there`,
      { cause: error },
    );
  }
}

/** Under its name only when it is whole. */
async function copyWhole(from: string, to: string): Promise<void> {
  const draft = `${to}.${process.pid}`;
  try {
    await copyFile(from, draft, constants.COPYFILE_FICLONE);
    await rename(draft, to);
  } finally {
    await rm(draft, { force: true });
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
