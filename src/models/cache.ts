// The hub's cache as its own tools lay it out: `models--org--name` holds the bytes in `blobs`, named by
// their hash, what a branch is at in `refs`, and under `snapshots/<commit>` links with the files' names.
import { lstat, readdir, readFile, readlink, stat } from "node:fs/promises";
import path from "node:path";
import { COMMIT, ETAG, type HubFile } from "./hub-file.js";

export interface CachedFile {
  /** in the snapshot, where the file has its name */
  path: string;
  sizeBytes: number;
  commit: string;
}

export function repositoryFolder(cacheDir: string, repository: string): string {
  return path.join(cacheDir, `models--${repository.replaceAll("/", "--")}`);
}

export function blobPath(cacheDir: string, repository: string, etag: string): string {
  return path.join(repositoryFolder(cacheDir, repository), "blobs", etag);
}

/**
 * A draft of a blob. Not `.incomplete` alone, as the hub's own tools call theirs: they fill a file from its
 * beginning, and would take one with holes for the beginning of theirs.
 */
export function draftPath(cacheDir: string, repository: string, etag: string): string {
  return `${blobPath(cacheDir, repository, etag)}.ranges.incomplete`;
}

export function snapshotPath(cacheDir: string, file: HubFile, commit: string): string {
  return path.join(
    repositoryFolder(cacheDir, file.repository),
    "snapshots",
    commit,
    ...file.path.split("/"),
  );
}

/** Where a file lies: in the snapshot of `main` as last fetched, else in the newest that has it. */
export async function findCached(cacheDir: string, file: HubFile): Promise<CachedFile | undefined> {
  for (const commit of await commitsOf(cacheDir, file.repository)) {
    const place = snapshotPath(cacheDir, file, commit);
    const found = await stat(place).catch(() => undefined);
    if (found?.isFile()) return { path: place, sizeBytes: found.size, commit };
  }
  return undefined;
}

/** The hash that a file should have: the name of its blob; undefined where no link tells it. */
export async function etagOf(cached: CachedFile): Promise<string | undefined> {
  if (!(await lstat(cached.path)).isSymbolicLink()) return undefined;
  const name = path.basename(await readlink(cached.path));
  return ETAG.test(name) ? name : undefined;
}

async function commitsOf(cacheDir: string, repository: string): Promise<string[]> {
  const folder = repositoryFolder(cacheDir, repository);
  const main = await readFile(path.join(folder, "refs", "main"), "utf8").catch(() => "");
  const names = await readdir(path.join(folder, "snapshots")).catch(() => []);
  const commits = await Promise.all(
    names
      .filter((name) => COMMIT.test(name))
      .map(async (name) => ({
        name,
        changedMs: (await stat(path.join(folder, "snapshots", name))).mtimeMs,
        isMain: name === main.trim(),
      })),
  );
  return commits
    .toSorted((a, b) => Number(b.isMain) - Number(a.isMain) || b.changedMs - a.changedMs)
    .map(({ name }) => name);
}
