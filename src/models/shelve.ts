// Putting bytes into the cache: a blob under its hash, a link to it under its name, and the branch's
// commit. Each is renamed into its place, so that other tools never meet half of it.
import { randomUUID } from "node:crypto";
import { copyFile, readlink, rename, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { blobPath, repositoryFolder, snapshotPath } from "./cache.js";
import { cannotWrite } from "./draft.js";
import type { RemoteFile } from "./hub-file.js";
import { makeFolder } from "../make-folder.js";

/** What a system without symbolic links says: Windows, unless its owner allowed them; some volumes. */
const NO_LINKS = new Set(["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP"]);

export interface ShelveOptions {
  /** a whole and checked file that becomes the blob; without it the blob is there */
  draft?: string;
  link?: (target: string, place: string) => Promise<void>;
}

/** Gives the path in the snapshot. */
export async function shelve(
  cacheDir: string,
  file: RemoteFile,
  { draft, link = symlink }: ShelveOptions = {},
): Promise<string> {
  const blob = blobPath(cacheDir, file.repository, file.etag);
  const place = snapshotPath(cacheDir, file, file.commit);
  try {
    if (draft !== undefined) await rename(draft, blob);
    await makeFolder(path.dirname(place));
    await putLink(blob, place, { link, isNew: draft !== undefined });
    const refs = path.join(repositoryFolder(cacheDir, file.repository), "refs");
    await makeFolder(refs);
    await replace(path.join(refs, "main"), (beside) => writeFile(beside, file.commit));
  } catch (error) {
    throw cannotWrite(place, error);
  }
  return place;
}

async function putLink(
  blob: string,
  place: string,
  { link, isNew }: { link: NonNullable<ShelveOptions["link"]>; isNew: boolean },
): Promise<void> {
  const target = path.relative(path.dirname(place), blob);
  if ((await readlink(place).catch(() => undefined)) === target) return;
  try {
    await replace(place, (beside) => link(target, beside));
  } catch (error) {
    if (!NO_LINKS.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
    if (isNew) await rename(blob, place);
    else await replace(place, (beside) => copyFile(blob, beside));
  }
}

async function replace(place: string, make: (beside: string) => Promise<void>): Promise<void> {
  const beside = `${place}.${randomUUID().slice(0, 8)}`;
  try {
    await make(beside);
    await rename(beside, place);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
