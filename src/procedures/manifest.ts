// A procedure's record as a file, and the files that it names.
import { lstat, readFile } from "node:fs/promises";
import path from "node:path";
import { type Procedure, procedure as procedureSchema } from "./procedure.js";

export const MANIFEST_FILE = "manifest.json";

/** Throws an Error that says what is wrong with it. */
export async function readManifest(folder: string, id: string): Promise<Procedure> {
  const file = path.join(folder, MANIFEST_FILE);
  await requireFile(file);
  const procedure = parseManifest(await readFile(file, "utf8"));
  if (procedure.id !== id) throw new Error(`its manifest is that of ${procedure.id}`);
  return procedure;
}

function parseManifest(text: string): Procedure {
  const parsed = procedureSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(`${MANIFEST_FILE}: ${issue?.path.join(".")}: ${issue?.message}`);
}

export function toManifest(procedure: Procedure): Buffer {
  return Buffer.from(`${JSON.stringify(procedure, null, 2)}\n`);
}

/** The files a procedure names. */
export function filesOf({ steps, page, original }: Procedure): string[] {
  return [...steps.map((step) => step.file), page, ...(original === undefined ? [] : [original])];
}

/** Throws unless it is a plain file: a folder may come from elsewhere, with links in it. */
export async function requireFile(file: string): Promise<void> {
  if (!(await lstat(file)).isFile()) throw new Error(`${path.basename(file)} is not a plain file`);
}
