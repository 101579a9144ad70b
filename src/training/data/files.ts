// The files of a data set's folders, without what systems leave behind. Links are followed once: a link
// to a folder above would have no end.
import { readdir, realpath, stat } from "node:fs/promises";
import path from "node:path";
import type { Problem } from "./error.js";

export interface Folder {
  /** absolute, links resolved */
  path: string;
  /** relative to the data set, `/` between names; empty for the data set itself */
  name: string;
  files: DataFile[];
}

export interface DataFile {
  /** absolute, links resolved */
  path: string;
  /** as listed, composed (NFC): systems store names in two forms */
  stem: string;
  /** in lower case, with the dot */
  extension: string;
}

/** One picture with all frames of a procedure. */
export interface PageFiles {
  kind: "page";
  /** path below the data set without extension: unique, and the same on every machine */
  id: string;
  /** absolute, links resolved */
  page: string;
  words: Words;
}

/** A picture for each frame, in order. */
export interface SequenceFiles {
  kind: "sequence";
  /** path of its folder below the data set */
  id: string;
  /** absolute */
  folder: string;
  frames: string[];
  words: Words;
}

/** The file that says what an example shows. */
export interface Words {
  /** absolute: where it is, or belongs */
  file: string;
  exists: boolean;
}

const LEFT_BEHIND = /^(\..*|Thumbs\.db|ehthumbs\.db|desktop\.ini|__MACOSX|\$RECYCLE\.BIN)$/i;

/** All folders with files, the top first, in the order of their names; problems are added to `problems`. */
export async function listFolders(top: string, problems: Problem[]): Promise<Folder[]> {
  const root = await realpath(top).catch(() => undefined);
  if (root === undefined || !(await stat(root)).isDirectory()) {
    problems.push({
      code: "no_such_folder",
      file: path.resolve(top),
      message: "is no folder; name the one with pages, or with a folder for each sequence",
    });
    return [];
  }
  const folders: Folder[] = [];
  const seen = new Set<string>();
  await visit(root, "");
  return folders;

  async function visit(folder: string, name: string): Promise<void> {
    if (seen.has(folder)) return;
    seen.add(folder);
    const files: DataFile[] = [];
    const below: [folder: string, name: string][] = [];
    for (const entry of (await attempt(folder, () => readdir(folder)))?.toSorted() ?? []) {
      if (LEFT_BEHIND.test(entry)) continue;
      const link = path.join(folder, entry);
      const target = await attempt(link, () => realpath(link));
      if (target === undefined) continue;
      const kind = await attempt(link, () => stat(target));
      if (kind?.isDirectory()) below.push([target, name === "" ? entry : `${name}/${entry}`]);
      if (kind?.isFile()) files.push({ path: target, ...partsOf(entry) });
    }
    if (files.length > 0) folders.push({ path: folder, name: name.normalize("NFC"), files });
    for (const next of below) await visit(...next);
  }

  async function attempt<Result>(
    file: string,
    look: () => Promise<Result>,
  ): Promise<Result | undefined> {
    try {
      return await look();
    } catch (error) {
      problems.push({
        code: "unreadable_file",
        file,
        message: `cannot be read (${(error as NodeJS.ErrnoException).code}); check its permissions, or remove it`,
      });
      return undefined;
    }
  }
}

function partsOf(name: string): Pick<DataFile, "stem" | "extension"> {
  const { name: stem, ext } = path.parse(name.normalize("NFC"));
  return { stem, extension: ext.toLowerCase() };
}

export function isCaptionsJson({ stem, extension }: DataFile): boolean {
  return stem.toLowerCase() === "captions" && extension === ".json";
}
