// What lies in a folder and is somebody's: files and folders that are not hidden, and no links.
import type { Dirent } from "node:fs";
import { opendir, realpath } from "node:fs/promises";
import path from "node:path";

export interface Entry {
  file: string;
  kind: "file" | "folder" | "other";
}

/** Hidden ones, and the one that programs fill. */
const NOT_SOMEBODYS = /^[.~]|^node_modules$/;
/** Characters that make a name look like another one, or like more than a name. */
const DECEIVING = /[\p{Cc}\p{Cs}\u2028-\u202E\u2066-\u2069]/u;

/** As far as a folder can be read. @param folder - where it really is; a link gives nothing */
export async function* entriesOf(folder: string): AsyncGenerator<Entry> {
  try {
    if ((await realpath(folder)) !== folder) return;
    for await (const entry of await opendir(folder))
      yield { file: path.join(folder, entry.name), kind: kindOf(entry) };
  } catch {
    // not there, not a folder, not ours to read, or gone meanwhile
  }
}

function kindOf(entry: Dirent): Entry["kind"] {
  if (NOT_SOMEBODYS.test(entry.name) || DECEIVING.test(entry.name)) return "other";
  if (entry.isDirectory()) return "folder";
  return entry.isFile() ? "file" : "other";
}
