// Hidden folders beside the procedures: what is being saved, and what is being removed. Those that a crash
// left behind are swept away.
import { open, readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { newId } from "./id.js";

/** `.saving-<process id>-<random>` */
const SAVING = /^\.saving-(\d+)-/;
/** It is nobody's. */
const REMOVED = /^\.removed-/;
/** Older drafts are nobody's; a younger one may be that of another container, whose processes are not seen here. */
const ABANDONED_MS = 60 * 60_000;

/** Folders that this process is writing now. */
const saving = new Set<string>();

/** A name for a folder that is being saved; whoever asks for one closes it. */
export function openDraft(root: string): string {
  const draft = path.join(root, `.saving-${process.pid}-${newId()}`);
  saving.add(draft);
  return draft;
}

export async function closeDraft(draft: string): Promise<void> {
  await rm(draft, { recursive: true, force: true }).catch(() => {}); // the next sweep's
  saving.delete(draft);
}

/** A name for a folder that is being removed. */
export function removedName(root: string): string {
  return path.join(root, `.removed-${newId()}`);
}

/** Removes what processes left behind that died over it, where it can: a save must not fail of it. */
export async function sweep(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    const folder = path.join(root, name);
    if (REMOVED.test(name) || (await isAbandoned(folder, name)))
      await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}

async function isAbandoned(draft: string, name: string): Promise<boolean> {
  const pid = Number(SAVING.exec(name)?.[1]);
  if (!(pid > 0)) return false;
  const isOpen = pid === process.pid ? saving.has(draft) : isAlive(pid);
  return !isOpen && (await ageMs(draft)) > ABANDONED_MS;
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

/** Writes a new file; when it returns, all of it is on the disk. */
export async function write(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, "wx");
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Waits until a folder's list of files is on the disk. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return; // which opens no folders
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
