// Taking files out of the cache: the name in one snapshot, and the bytes where no other snapshot has them.
import { lstat, readdir, readFile, readlink, rm, rmdir } from "node:fs/promises";
import path from "node:path";
import { blobPath, etagOf, repositoryFolder } from "./cache.js";
import type { Model } from "./catalogue.js";
import { discardDraft } from "./draft.js";
import { domainDrafts, domainFiles } from "./domain-files.js";
import { draftsInCache, type InCache, inCache } from "./inventory.js";
import { filesOf } from "./pull.js";

export interface Removal {
  id: string;
  path: string;
  freesBytes: number;
  /** undefined: the bytes stay, because another name in the cache has them, or lie at `path` itself */
  blob?: string;
  isDraft?: boolean;
}

/** What would go. @param lorasDir - where single domains lie */
export async function planRemoval(
  cacheDir: string,
  models: readonly Model[],
  lorasDir: string,
): Promise<Removal[]> {
  const removals = await Promise.all(
    models.map(async (model) => [
      ...(await Promise.all(
        (await inCache(cacheDir, [model])).map((file) => plan(cacheDir, file)),
      )),
      ...(await draftRemovals(cacheDir, model, lorasDir)),
      ...(await domainFiles(lorasDir, model)).map(({ path: place, sizeBytes }) => ({
        id: model.id,
        path: place,
        freesBytes: sizeBytes,
      })),
    ]),
  );
  return removals.flat();
}

export async function remove(cacheDir: string, removals: readonly Removal[]): Promise<void> {
  for (const { path: place, blob, isDraft } of removals) {
    if (isDraft) await discardDraft(place);
    else await rm(place);
    if (blob !== undefined) await rm(blob, { force: true });
    if (path.relative(cacheDir, place).startsWith("models--")) await tidy(cacheDir, place);
  }
}

async function plan(cacheDir: string, file: InCache): Promise<Removal> {
  const { id, path: place, sizeBytes } = file;
  const etag = await etagOf(file);
  if (etag === undefined) return { id, path: place, freesBytes: sizeBytes };
  if (await isElsewhere(cacheDir, file, etag)) return { id, path: place, freesBytes: 0 };
  const blob = blobPath(cacheDir, file.repository, etag);
  // A link to bytes that several repositories share frees nothing: those are the hub's own tools' to tidy.
  const freesBytes = (await lstat(blob)).isFile() ? sizeBytes : 0;
  return { id, path: place, freesBytes, blob };
}

/** Whether another name in the repository's snapshots has the same bytes. */
async function isElsewhere(cacheDir: string, file: InCache, etag: string): Promise<boolean> {
  const snapshots = path.join(repositoryFolder(cacheDir, file.repository), "snapshots");
  for (const name of await readdir(snapshots, { encoding: "utf8", recursive: true })) {
    const place = path.join(snapshots, name);
    const target = await readlink(place).catch(() => "");
    if (place !== file.path && path.basename(target) === etag) return true;
  }
  return false;
}

/** Of fetches that did not come to their end. */
async function draftRemovals(cacheDir: string, model: Model, lorasDir: string): Promise<Removal[]> {
  const cached = await Promise.all(filesOf(model).map((file) => draftsInCache(cacheDir, file)));
  const drafts = [...cached.flat(), ...(await domainDrafts(lorasDir, model))];
  return drafts.map(({ path: place, doneBytes }) => ({
    id: model.id,
    path: place,
    freesBytes: doneBytes,
    isDraft: true,
  }));
}

/** Empty folders go, and what points at a snapshot that is gone: other tools would call it damage. */
async function tidy(cacheDir: string, place: string): Promise<void> {
  const folder = path.join(cacheDir, path.relative(cacheDir, place).split(path.sep)[0]!);
  for (let above = path.dirname(place); above !== folder; above = path.dirname(above))
    if (
      !(await rmdir(above).then(
        () => true,
        () => false,
      ))
    )
      break; // it holds something
  const snapshots = await readdir(path.join(folder, "snapshots")).catch((): string[] => []);
  const refs = path.join(folder, "refs");
  for (const name of await readdir(refs).catch(() => [])) {
    const commit = await readFile(path.join(refs, name), "utf8").catch(() => undefined);
    if (commit !== undefined && !snapshots.includes(commit.trim())) await rm(path.join(refs, name));
  }
  const blobs = await readdir(path.join(folder, "blobs")).catch(() => []);
  if (snapshots.length + blobs.length === 0) await rm(folder, { recursive: true, force: true });
}
