// Exports on the disk: beside what is there, never over it.
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Rendered } from "./format.js";
import { ProcedureError, reasonOf } from "../procedures/index.js";
import { makeFolder } from "../make-folder.js";

/** Past so many of one name something is wrong with the folder. */
const MOST_NUMBER = 1000;

/** Writes into a folder, under the first name that is free, and gives the path. Throws `cannot_save`. */
export async function writeBeside(
  folder: string,
  name: string,
  extension: string,
  rendered: Rendered,
): Promise<string> {
  try {
    await makeFolder(folder);
    for (let number = 1; number <= MOST_NUMBER; number++) {
      const stem = number === 1 ? name : `${name}-${number}`;
      const file = path.join(folder, `${stem}.${extension}`);
      if (await writeNew(file, rendered)) return file;
    }
  } catch (error) {
    throw cannotSave(folder, reasonOf(error));
  }
  throw cannotSave(folder, `it holds ${MOST_NUMBER} files named ${name}`);
}

/** Writes one file, and the folder beside it. Throws `cannot_save` where something has its name. */
export async function writeTo(file: string, rendered: Rendered): Promise<void> {
  const isNew = await writeNew(file, rendered).catch((error: unknown) => {
    throw cannotSave(file, reasonOf(error));
  });
  if (!isNew) throw cannotSave(file, "it is there already, or a folder with its name is");
}

/** False where something has the name already. */
async function writeNew(file: string, { bytes, beside }: Rendered): Promise<boolean> {
  const { dir, name } = path.parse(file);
  const folder = path.join(dir, name);
  const made: string[] = [];
  try {
    if (beside) {
      await mkdir(folder);
      made.push(folder);
      for (const [picture, content] of Object.entries(beside))
        await writeFile(path.join(folder, picture), content, { flag: "wx" });
    }
    const whole = bytes(name);
    await writeFile(file, "", { flag: "wx" });
    made.push(file);
    await writeFile(file, whole);
    return true;
  } catch (error) {
    for (const place of made) await rm(place, { recursive: true, force: true });
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function cannotSave(place: string, reason: string): ProcedureError {
  return new ProcedureError("cannot_save", `export: cannot write ${place}: ${reason}`);
}
