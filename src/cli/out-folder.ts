// What `--out` names: made and tried before the work whose results shall lie there.
import { access, constants } from "node:fs/promises";
import path from "node:path";
import { makeFolder } from "../make-folder.js";

/** Gives the absolute path of a folder that can be written to. */
export async function openFolder(out: string): Promise<string> {
  const folder = path.resolve(out);
  try {
    await makeFolder(folder);
    await access(folder, constants.W_OK);
    return folder;
  } catch (error) {
    throw new Error(
      `--out: cannot write to ${folder} (${(error as Error).message}); name another folder`,
      { cause: error },
    );
  }
}
