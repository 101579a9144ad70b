// Where procedures live: one flat folder each, written beside its place under a hidden name and renamed
// when all of it is on the disk. So a crash at any instant leaves the whole procedure or nothing visible.
// A store that is somebody's shows theirs alone; one that is nobody's shows those without an owner.
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { closeDraft, openDraft, removedName, sweep, syncFolder, write } from "./drafts.js";
import { ProcedureError } from "./error.js";
import { isId } from "./id.js";
import { filesOf, MANIFEST_FILE, readManifest, requireFile, toManifest } from "./manifest.js";
import { FolderNews, type NewsListener } from "./news.js";
import type { Procedure } from "./procedure.js";
import { reasonOf } from "./words.js";
import { makeFolder } from "../make-folder.js";

export { MANIFEST_FILE };

export interface Store {
  /** Finds out whether a procedure can be written. Throws `cannot_save`. */
  prepare(): Promise<void>;
  /**
   * Writes a procedure; when it returns, all of it is on the disk. Throws `cannot_save`.
   * @param files - by name: all that the procedure names
   */
  save(procedure: Procedure, files: Record<string, Uint8Array>): Promise<void>;
  /** Throws `no_such_procedure` or `damaged_procedure`. */
  load(id: string): Promise<Procedure>;
  /** At most so many of those that are whole, the newest first. @param startsWith - what their ids begin with */
  list(options: { limit: number; startsWith?: string }): Promise<Procedure[]>;
  /** The names of all there are, whole or not and whosoever's, the newest first. */
  ids(): Promise<string[]>;
  /** Writes captions anew: the manifest changes, whole, and no picture. Throws what `load` and `save` throw. */
  rewrite(procedure: Procedure): Promise<void>;
  /** Throws `no_such_procedure` or `cannot_save`. */
  remove(id: string): Promise<void>;
  /** Tells what comes, goes and is told anew, whichever process does it. Returns what ends that. */
  listen(listener: NewsListener): () => void;
  /** Looks for news now instead of in a second; resolves when they are told. */
  look(): Promise<void>;
  /** The same folder as somebody sees it. */
  ownedBy(owner: string | undefined): Store;
  /** Absolute path of a file of a procedure. Throws `outside_procedure`. */
  filePath(id: string, name: string): string;
}

/** No folder, no hidden file, and nothing that leads out of the folder it is in. */
const NAME = /^[0-9a-z][\w.-]{0,99}$/i;
/** How many ids a message names. */
const NAMED_IDS = 5;

/**
 * @param dataDir - absolute; made when first needed
 * @param owner - whose procedures these are
 */
export function createStore(dataDir: string, owner?: string): Store {
  const root = path.join(dataDir, "procedures");
  return viewOf(root, owner, new FolderNews(root));
}

function viewOf(root: string, owner: string | undefined, news: FolderNews): Store {
  async function prepare(): Promise<void> {
    await withDraft(async () => {});
  }

  async function save(procedure: Procedure, files: Record<string, Uint8Array>): Promise<void> {
    const missing = filesOf(procedure).find((file) => !Object.hasOwn(files, file));
    if (missing !== undefined)
      throw new ProcedureError(
        "cannot_save",
        `procedure ${procedure.id}: no content for ${missing}`,
      );
    const manifest = toManifest(owned(procedure));
    await withDraft(async (draft) => {
      const all = Object.entries({ ...files, [MANIFEST_FILE]: manifest });
      const writing = all.map(async ([name, bytes]) => write(inside(draft, name), bytes));
      // Nothing is written any more when the draft goes.
      await Promise.all(writing).finally(() => Promise.allSettled(writing));
      await syncFolder(draft);
      await rename(draft, inside(root, procedure.id));
      await syncFolder(root);
    });
    void news.look();
  }

  function owned(procedure: Procedure): Procedure {
    const { owner: _, ...rest } = procedure;
    return { ...rest, ...(owner !== undefined && { owner }) };
  }

  async function rewrite(procedure: Procedure): Promise<void> {
    const { id } = await load(procedure.id);
    await withDraft(async (draft) => {
      await write(inside(draft, MANIFEST_FILE), toManifest(owned(procedure)));
      await rename(inside(draft, MANIFEST_FILE), inside(inside(root, id), MANIFEST_FILE));
      await syncFolder(inside(root, id));
    });
    void news.look();
  }

  async function remove(id: string): Promise<void> {
    await load(id).catch((error: unknown) => {
      if (!(error instanceof ProcedureError && error.code === "damaged_procedure")) throw error;
    });
    const removed = removedName(root);
    try {
      await rename(inside(root, id), removed);
    } catch (error) {
      throw new ProcedureError("cannot_save", `cannot remove ${id}: ${reasonOf(error)}`);
    }
    await rm(removed, { recursive: true, force: true }).catch(() => {}); // the next sweep's
    void news.look();
  }

  /** Gives `fill` a hidden folder, which is gone afterwards unless it was renamed. */
  async function withDraft(fill: (draft: string) => Promise<void>): Promise<void> {
    const draft = openDraft(root);
    try {
      await makeFolder(root);
      await sweep(root);
      await mkdir(draft);
      await fill(draft);
    } catch (error) {
      if (error instanceof ProcedureError) throw error;
      throw new ProcedureError(
        "cannot_save",
        `cannot write to ${root}: ${reasonOf(error)}; make it writable and free some space, or name another data folder (MAKEANYTHING_HOME)`,
      );
    } finally {
      await closeDraft(draft);
    }
  }

  async function load(id: string): Promise<Procedure> {
    const procedure = await look(id);
    if (procedure === undefined) throw await noSuchProcedure(id);
    return procedure;
  }

  /** Nothing where there is none, or where it is somebody else's. Throws `damaged_procedure`. */
  async function look(id: string): Promise<Procedure | undefined> {
    const folder = path.join(root, id);
    if (!isId(id) || !(await isFolder(folder))) return undefined;
    let isOurs = owner === undefined; // whose a broken manifest is, nobody can say
    try {
      const procedure = await readManifest(folder, id);
      if (procedure.owner !== owner) return undefined;
      isOurs = true;
      await Promise.all(filesOf(procedure).map((file) => requireFile(inside(folder, file))));
      return procedure;
    } catch (error) {
      if (!isOurs) return undefined;
      throw new ProcedureError(
        "damaged_procedure",
        `procedure ${id}: ${folder} is damaged: ${reasonOf(error)}; make it anew, or restore the folder`,
      );
    }
  }

  async function noSuchProcedure(id: string): Promise<ProcedureError> {
    const newest = (await list({ limit: NAMED_IDS })).map((procedure) => procedure.id);
    return new ProcedureError(
      "no_such_procedure",
      `procedure ${JSON.stringify(id.slice(0, 60))}: there is none; ${newest.length > 0 ? `the newest there are ${newest.join(", ")}` : "make one first"}`,
    );
  }

  async function list({
    limit,
    startsWith = "",
  }: Parameters<Store["list"]>[0]): Promise<Procedure[]> {
    const procedures: Procedure[] = [];
    for (const id of await ids()) {
      if (procedures.length === limit) break;
      if (!id.startsWith(startsWith)) continue;
      const procedure = await look(id).catch(() => undefined);
      if (procedure) procedures.push(procedure);
    }
    return procedures;
  }

  async function ids(): Promise<string[]> {
    const names = await readdir(root).catch(() => []);
    return names.filter(isId).toSorted().toReversed();
  }

  return {
    prepare,
    save,
    load,
    list,
    ids,
    rewrite,
    remove,
    listen: (listener) => news.listen(owner, listener),
    look: () => news.look(),
    ownedBy: (other) => viewOf(root, other, news),
    filePath: (id, name) => inside(inside(root, id), name),
  };
}

/** Throws `outside_procedure` unless `name` is that of a file in `folder` itself. */
function inside(folder: string, name: string): string {
  if (!NAME.test(name))
    throw new ProcedureError(
      "outside_procedure",
      `${JSON.stringify(name.slice(0, 200))} is no file inside ${folder}`,
    );
  return path.join(folder, name);
}

async function isFolder(folder: string): Promise<boolean> {
  const info = await stat(folder).catch(() => undefined);
  return info?.isDirectory() ?? false;
}
