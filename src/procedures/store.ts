// Where procedures live: one flat folder each, written beside its place under a hidden name and renamed
// when all of it is on the disk. So a crash at any instant leaves the whole procedure or nothing visible.
import { randomInt } from "node:crypto";
import { lstat, mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { ProcedureError } from "./error.js";
import { type Procedure, procedure as procedureSchema } from "./procedure.js";
import { reasonOf } from "./words.js";
import { makeFolder } from "../make-folder.js";

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
  /** At most so many of those that are whole, the newest first. */
  list(options: { limit: number }): Promise<Procedure[]>;
  /** Absolute path of a file of a procedure. Throws `outside_procedure`. */
  filePath(id: string, name: string): string;
}

export const MANIFEST_FILE = "manifest.json";

/** No folder, no hidden file, and nothing that leads out of the folder it is in. */
const NAME = /^[0-9a-z][\w.-]{0,99}$/i;
/** `.saving-<process id>-<random>` */
const SAVING = /^\.saving-(\d+)-/;
/** Older drafts are nobody's; a younger one may be that of another container, whose processes are not seen here. */
const ABANDONED_MS = 60 * 60_000;
const TIME_DIGITS = 8;
const RANDOM_DIGITS = 8;
const ID = /^[0-9a-z]{16}$/;
/** How many ids a message names. */
const NAMED_IDS = 5;

/** 16 characters: the time in ms, so that ids sort by age, and 41 random bits. */
export function newId(): string {
  const time = Date.now().toString(36).padStart(TIME_DIGITS, "0");
  const random = randomInt(36 ** RANDOM_DIGITS).toString(36);
  return time + random.padStart(RANDOM_DIGITS, "0");
}

/** Folders that this process is writing now. */
const saving = new Set<string>();

/** @param dataDir - absolute; made when first needed */
export function createStore(dataDir: string): Store {
  const root = path.join(dataDir, "procedures");

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
    const manifest = Buffer.from(`${JSON.stringify(procedure, null, 2)}\n`);
    await withDraft(async (draft) => {
      for (const [name, bytes] of Object.entries({ ...files, [MANIFEST_FILE]: manifest }))
        await write(inside(draft, name), bytes);
      await syncFolder(draft);
      await rename(draft, inside(root, procedure.id));
      await syncFolder(root);
    });
  }

  /** Gives `fill` a hidden folder, which is gone afterwards unless it was renamed. */
  async function withDraft(fill: (draft: string) => Promise<void>): Promise<void> {
    const draft = path.join(root, `.saving-${process.pid}-${newId()}`);
    saving.add(draft);
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
      await rm(draft, { recursive: true, force: true }).catch(() => {}); // the next sweep's
      saving.delete(draft);
    }
  }

  async function load(id: string): Promise<Procedure> {
    const folder = path.join(root, id);
    if (!ID.test(id) || !(await isFolder(folder))) throw await noSuchProcedure(id);
    try {
      await requireFile(inside(folder, MANIFEST_FILE));
      const procedure = parseManifest(await readFile(inside(folder, MANIFEST_FILE), "utf8"));
      if (procedure.id !== id) throw new Error(`its manifest is that of ${procedure.id}`);
      await Promise.all(filesOf(procedure).map((file) => requireFile(inside(folder, file))));
      return procedure;
    } catch (error) {
      throw new ProcedureError(
        "damaged_procedure",
        `procedure ${id}: ${folder} is damaged: ${reasonOf(error)}; make it anew, or restore the folder`,
      );
    }
  }

  async function noSuchProcedure(id: string): Promise<ProcedureError> {
    const newest = (await listIds()).slice(0, NAMED_IDS);
    return new ProcedureError(
      "no_such_procedure",
      `procedure ${JSON.stringify(id.slice(0, 60))}: there is none in ${root}; ${newest.length > 0 ? `the newest there are ${newest.join(", ")}` : "make one first"}`,
    );
  }

  async function list({ limit }: { limit: number }): Promise<Procedure[]> {
    const procedures: Procedure[] = [];
    for (const id of await listIds()) {
      if (procedures.length === limit) break;
      const procedure = await load(id).catch(() => undefined);
      if (procedure) procedures.push(procedure);
    }
    return procedures;
  }

  /** The newest first. */
  async function listIds(): Promise<string[]> {
    const names = await readdir(root).catch(() => []);
    return names
      .filter((name) => ID.test(name))
      .toSorted()
      .toReversed();
  }

  return { prepare, save, load, list, filePath: (id, name) => inside(inside(root, id), name) };
}

function parseManifest(text: string): Procedure {
  const parsed = procedureSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(`${MANIFEST_FILE}: ${issue?.path.join(".")}: ${issue?.message}`);
}

/** The files a procedure names. */
function filesOf({ steps, page, original }: Procedure): string[] {
  return [...steps.map((step) => step.file), page, ...(original === undefined ? [] : [original])];
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

/** A folder may come from elsewhere, with links in it. */
async function requireFile(file: string): Promise<void> {
  if (!(await lstat(file)).isFile()) throw new Error(`${path.basename(file)} is not a plain file`);
}

async function write(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, "wx");
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Waits until a folder's list of files is on the disk. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return; // which opens no folders
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes what processes left behind that died while they saved, where it can: a save must not fail of it. */
async function sweep(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    const pid = Number(SAVING.exec(name)?.[1]);
    if (!(pid > 0)) continue;
    const draft = path.join(root, name);
    const isOpen = pid === process.pid ? saving.has(draft) : isAlive(pid);
    if (!isOpen && (await ageMs(draft)) > ABANDONED_MS)
      await rm(draft, { recursive: true, force: true }).catch(() => {});
  }
}

/** How long ago something was last put into a folder; 0 where that cannot be said. */
async function ageMs(folder: string): Promise<number> {
  const info = await stat(folder).catch(() => undefined);
  return info === undefined ? 0 : Date.now() - info.mtimeMs;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: somebody else's process
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

async function isFolder(folder: string): Promise<boolean> {
  const info = await stat(folder).catch(() => undefined);
  return info?.isDirectory() ?? false;
}
