// Where procedures live: one folder each, written beside its place under a hidden name and renamed
// when all of it is on the disk. So a crash at any instant leaves the whole procedure or nothing visible.
import { randomInt } from "node:crypto";
import { realpathSync } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { ProcedureError } from "./error.js";
import { type Procedure, procedure as procedureSchema } from "./procedure.js";

/** What goes into a file: bytes, or another file's. */
export type Content = Uint8Array | { copyFrom: string };

export interface Store {
  /**
   * Writes a procedure; when it returns, all of it is on the disk.
   * @param files - by their path relative to the procedure's folder: all that the procedure names
   */
  save(procedure: Procedure, files: Record<string, Content>): Promise<void>;
  /** Throws `no_such_procedure` or `damaged_procedure`. */
  load(id: string): Promise<Procedure>;
  /** All that is whole, newest first. */
  list(): Promise<Procedure[]>;
  /** Absolute path of a file of a procedure. Throws `outside_procedure` or, where it is gone, `damaged_procedure`. */
  filePath(id: string, relative: string): string;
}

const MANIFEST = "manifest.json";
/** `.saving-<process id>-<random>` */
const SAVING = /^\.saving-(\d+)-/;
const TIME_DIGITS = 8;
const RANDOM_DIGITS = 8;
const ID = /^[0-9a-z]{16}$/;

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

  function folderOf(id: string): string {
    if (!ID.test(id))
      throw new ProcedureError(
        "no_such_procedure",
        `procedure ${JSON.stringify(id.slice(0, 60))}: an id is 16 letters and digits`,
      );
    return path.join(root, id);
  }

  async function save(procedure: Procedure, files: Record<string, Content>): Promise<void> {
    const place = folderOf(procedure.id);
    const missing = filesOf(procedure).find((file) => !Object.hasOwn(files, file));
    if (missing !== undefined)
      throw new ProcedureError(
        "cannot_save",
        `procedure ${procedure.id}: no content for ${missing}`,
      );
    const draft = path.join(root, `.saving-${process.pid}-${newId()}`);
    saving.add(draft);
    try {
      await mkdir(root, { recursive: true });
      await sweep(root);
      await mkdir(draft);
      const manifest = Buffer.from(`${JSON.stringify(procedure, null, 2)}\n`);
      for (const [relative, content] of Object.entries({ ...files, [MANIFEST]: manifest }))
        await write(inside(draft, relative), content);
      for (const folder of foldersOf(draft, Object.keys(files))) await syncFolder(folder);
      await rename(draft, place);
      await syncFolder(root);
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      if (error instanceof ProcedureError) throw error;
      throw new ProcedureError(
        "cannot_save",
        `procedure ${procedure.id}: cannot write to ${root}: ${reason(error)}`,
      );
    } finally {
      saving.delete(draft);
    }
  }

  async function load(id: string): Promise<Procedure> {
    const folder = folderOf(id);
    try {
      const procedure = parseManifest(await readFile(path.join(folder, MANIFEST), "utf8"));
      if (procedure.id !== id) throw new Error(`its manifest is that of ${procedure.id}`);
      for (const file of filesOf(procedure)) filePath(id, file);
      return procedure;
    } catch (error) {
      if (!(await exists(folder)))
        throw new ProcedureError("no_such_procedure", `procedure ${id}: there is none in ${root}`);
      throw new ProcedureError(
        "damaged_procedure",
        `procedure ${id}: ${folder} is damaged: ${reason(error)}`,
      );
    }
  }

  async function list(): Promise<Procedure[]> {
    const names = await readdir(root).catch(() => []);
    const ids = names
      .filter((name) => ID.test(name))
      .toSorted()
      .toReversed();
    const procedures: Procedure[] = [];
    for (const id of ids) {
      const procedure = await load(id).catch(() => undefined);
      if (procedure) procedures.push(procedure);
    }
    return procedures;
  }

  function filePath(id: string, relative: string): string {
    const folder = folderOf(id);
    const file = inside(folder, relative);
    // A folder may come from elsewhere, with links in it.
    const realFolder = realPath(folder);
    inside(realFolder, path.relative(realFolder, realPath(file)));
    return file;
  }

  return { save, load, list, filePath };
}

function parseManifest(text: string): Procedure {
  const parsed = procedureSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(`${MANIFEST}: ${issue?.path.join(".")}: ${issue?.message}`);
}

/** The files a procedure names. */
function filesOf({ steps, page, original }: Procedure): string[] {
  return [...steps.map((step) => step.file), page, ...(original === undefined ? [] : [original])];
}

/** Throws `outside_procedure` unless `relative` goes down into `folder`. */
function inside(folder: string, relative: string): string {
  const parts = relative.split(/[/\\]/);
  const leaves = parts.some((part) => part === "" || part === "." || part === "..");
  if (leaves || path.isAbsolute(relative) || /[\0:]/.test(relative))
    throw new ProcedureError(
      "outside_procedure",
      `${JSON.stringify(relative.slice(0, 200))} is no file inside ${folder}`,
    );
  return path.join(folder, ...parts);
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    throw new ProcedureError("damaged_procedure", `${file} is gone`);
  }
}

/** `draft` and the folders in it that hold `files`, the deepest first. */
function foldersOf(draft: string, files: string[]): string[] {
  const folders = new Set([draft]);
  for (const file of files)
    for (let at = path.dirname(file); at !== "."; at = path.dirname(at))
      folders.add(path.join(draft, at));
  return [...folders].toSorted((a, b) => b.length - a.length);
}

async function write(file: string, content: Content): Promise<void> {
  const bytes = "copyFrom" in content ? await readFile(content.copyFrom) : content;
  await mkdir(path.dirname(file), { recursive: true });
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
    const folder = path.join(root, name);
    const left = pid === process.pid ? !saving.has(folder) : pid > 0 && !isAlive(pid);
    if (left) await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: somebody else's process
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

async function exists(folder: string): Promise<boolean> {
  return readdir(folder).then(
    () => true,
    () => false,
  );
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
