// What `--out` names: made and tried before the work whose results shall lie there.
import { access, constants, cp, readdir, readFile, rm } from "node:fs/promises";
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

/** The files of a procedure. */
const OURS = /^(manifest\.json|page\.png|step-\d+\.png|original\.\w+)$/;

/** The same, for a procedure: an earlier one there will be replaced, but no file of anybody else. */
export async function openProcedureFolder(out: string): Promise<string> {
  const folder = await openFolder(out);
  const [taken] = await procedureFiles(folder);
  if (taken !== undefined && !(await holdsProcedure(folder)))
    throw new Error(
      `--out: ${path.join(folder, taken)} is not from here and would be overwritten; name another folder`,
    );
  return folder;
}

/** Copies a procedure's files to a folder that `openProcedureFolder` gave. */
export async function replaceProcedure(home: string, folder: string): Promise<void> {
  for (const file of await procedureFiles(folder)) await rm(path.join(folder, file));
  await cp(home, folder, { recursive: true });
}

async function procedureFiles(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => OURS.test(name));
}

async function holdsProcedure(folder: string): Promise<boolean> {
  try {
    const { format } = JSON.parse(await readFile(path.join(folder, "manifest.json"), "utf8"));
    return format === 1;
  } catch {
    return false;
  }
}
