// The pictures that were saved last. A folder may be as large as a disk, so each is walked level by
// level, down to a depth and up to a number of entries; links are not followed.
import { lstat } from "node:fs/promises";
import path from "node:path";
import { entriesOf } from "./entries.js";
import { folderOf, realFolders } from "./folders.js";

export interface FoundPicture {
  file: string;
  sizeBytes: number;
  modifiedMs: number;
}

export interface WalkOptions {
  limit: number;
  /** a part of the file's name, whatever the case */
  name?: string | undefined;
  /** folders that are not looked into */
  leaveOut?: readonly string[];
  /** 1: the files of the folders themselves */
  depth?: number;
  /** in each of the folders, with all below */
  mostEntries?: number;
}

/** By name alone; what a file really is, the picture child finds out. */
const PICTURE = /\.(png|jpe?g|jfif|webp|gif|tiff?|avif|hei[cf])$/i;

/** The newest first. `complete` is false where there was more than is looked at. */
export async function newestPictures(
  folders: readonly string[],
  { limit, name = "", leaveOut = [], depth = 4, mostEntries = 10_000 }: WalkOptions,
): Promise<{ pictures: FoundPicture[]; complete: boolean }> {
  const skipped = await realFolders(leaveOut);
  const seen = new Set<string>();
  const pictures: FoundPicture[] = [];
  let complete = true;
  // A folder inside another one has the longer path, and is walked to its own depth.
  for (const top of (await realFolders(folders)).toSorted((a, b) => b.length - a.length))
    complete = (await walk(top)) && complete;
  return { pictures: pictures.toSorted(byAge).slice(0, limit), complete };

  async function walk(top: string): Promise<boolean> {
    let left = mostEntries;
    let level = [top];
    for (let at = 0; at < depth; at++) {
      const below: string[] = [];
      for (const folder of level) {
        if (seen.has(folder) || folderOf(folder, skipped) !== undefined) continue;
        seen.add(folder);
        for await (const { file, kind } of entriesOf(folder)) {
          if (left-- === 0) return false;
          if (kind === "folder") below.push(file);
          else if (kind === "file" && PICTURE.test(file) && isCalled(file, name)) await take(file);
        }
      }
      level = below;
    }
    return level.length === 0;
  }

  async function take(file: string): Promise<void> {
    const info = await lstat(file).catch(() => undefined);
    if (info?.isFile()) pictures.push({ file, sizeBytes: info.size, modifiedMs: info.mtimeMs });
  }
}

function byAge(a: FoundPicture, b: FoundPicture): number {
  return b.modifiedMs - a.modifiedMs;
}

function isCalled(file: string, part: string): boolean {
  return path.basename(file).toLowerCase().includes(part.toLowerCase());
}
