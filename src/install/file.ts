// A host's configuration file, read and replaced as a whole: through links, with a copy of what was there.
import { constants } from "node:fs";
import {
  chmod,
  copyFile,
  lstat,
  open,
  readFile,
  realpath,
  rename,
  rm,
  stat,
} from "node:fs/promises";
import path from "node:path";
import { InstallError } from "./error.js";
import { makeFolder } from "../make-folder.js";

export interface ConfigFile {
  /** where it really lies */
  path: string;
  text: string;
  /** its permissions; undefined where there is no file yet */
  mode: number | undefined;
}

const EMPTY = "{}\n";
/** No host has that much to configure. */
const MOST_BYTES = 64 * 2 ** 20;

/** Reads a file; one that is missing or blank is an empty object. Throws an InstallError. */
export async function openConfig(file: string): Promise<ConfigFile> {
  if (!(await exists(file))) return { path: path.resolve(file), text: EMPTY, mode: undefined };
  const found = await realpath(file);
  const stats = await stat(found);
  if (!stats.isFile() || stats.size > MOST_BYTES)
    throw new InstallError(`${found} is no configuration file`);
  const text = decode(await readFile(found), found);
  return { path: found, text: text.trim() === "" ? EMPTY : text, mode: stats.mode & 0o777 };
}

/**
 * Writes a file that nobody changed since it was opened, and gives the path of the copy of what was there.
 * Throws an InstallError.
 */
export async function replaceConfig(
  { path: file, text: before, mode }: ConfigFile,
  text: string,
): Promise<string | undefined> {
  const now = await openConfig(file);
  if (now.text !== before || now.mode !== mode)
    throw new InstallError(`${file} was changed meanwhile; close the host and run this again`);
  const stamp = new Date().toISOString().replaceAll(/\D/g, "");
  const backup = mode === undefined ? undefined : `${file}.${stamp}.bak`;
  if (backup === undefined) await makeFolder(path.dirname(file));
  else await copyFile(file, backup, constants.COPYFILE_EXCL);
  // A crash leaves the old file or the new one, and a host that reads meanwhile sees one of them.
  const draft = `${file}.${stamp}.new`;
  try {
    await write(draft, text, mode ?? 0o600);
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  return backup;
}

async function write(file: string, text: string, mode: number): Promise<void> {
  const handle = await open(file, "wx", mode);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await chmod(file, mode); // the first time the umask had its say
}

/** A link to nothing is there too: it is not for us to say what it should lead to. */
async function exists(file: string): Promise<boolean> {
  try {
    await lstat(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    // The mark at its beginning is part of the file.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new InstallError(`${file} is not in UTF-8; save it so first`, { cause: error });
  }
}
