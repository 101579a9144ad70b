// A model folder that names weights where they lie: its model.json, whole or not at all. What a person has
// changed in an older one is kept beside it.
import { copyFile, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ModelFile } from "./compose.js";
import { makeFolder } from "../make-folder.js";

export interface WrittenModel {
  folder: string;
  /** where the one that was there before is kept, if it said something else */
  former?: string;
}

export async function writeModel(folder: string, model: ModelFile): Promise<WrittenModel> {
  const file = path.join(folder, "model.json");
  const former = path.join(folder, "model.before.json");
  const text = `${JSON.stringify(model, undefined, 2)}\n`;
  await makeFolder(folder);
  const before = await readFile(file, "utf8").catch(() => undefined);
  if (before === text) return { folder };
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, text, { flush: true });
  if (before !== undefined) await copyFile(file, former);
  await rename(draft, file);
  return { folder, ...(before !== undefined && { former }) };
}
