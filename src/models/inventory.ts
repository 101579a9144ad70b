// What of the catalogue is in the cache, without asking anybody.
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { type CachedFile, findCached, repositoryFolder } from "./cache.js";
import { CATALOGUE, type Model } from "./catalogue.js";
import { readJournal } from "./draft.js";
import type { HubFile } from "./hub-file.js";
import { filesOf } from "./pull.js";
import { lengthOf } from "./spans.js";

export interface InCache extends CachedFile {
  /** in the catalogue */
  id: string;
  repository: string;
  /** its path in the repository */
  file: string;
}

/** Every file that is whole. */
export async function inCache(
  cacheDir: string,
  models: readonly Model[] = CATALOGUE,
): Promise<InCache[]> {
  const found = await Promise.all(
    models.flatMap((model) =>
      filesOf(model).map(async (file) => {
        const cached = await findCached(cacheDir, file);
        const { id, repository } = model;
        return cached === undefined ? [] : [{ ...cached, id, repository, file: file.path }];
      }),
    ),
  );
  return found.flat();
}

export interface DraftInCache {
  path: string;
  /** how much of it is there */
  doneBytes: number;
}

/** What is there of a file that was not fetched to its end. */
export async function draftsInCache(cacheDir: string, file: HubFile): Promise<DraftInCache[]> {
  const blobs = path.join(repositoryFolder(cacheDir, file.repository), "blobs");
  const names = await readdir(blobs).catch(() => []);
  const drafts = await Promise.all(
    names
      .filter((name) => name.endsWith(".ranges.incomplete"))
      .map(async (name) => {
        const draft = path.join(blobs, name);
        const journal = await readJournal(draft);
        const isThere = (await stat(draft).catch(() => undefined)) !== undefined;
        if (journal?.file !== file.path || !isThere) return [];
        return [{ path: draft, doneBytes: lengthOf(journal.done) }];
      }),
  );
  return drafts.flat();
}
