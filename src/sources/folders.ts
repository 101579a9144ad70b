// The folders that pictures may be read from. Everything is compared by the path that the operating
// system itself calls it by: links, dots, other letter cases and short names are gone by then.
import { realpath } from "node:fs/promises";
import { isInside } from "../is-inside.js";

/** The kernel's own, which open onto everything; not even one who allows `/` means these. */
const SYSTEM_FOLDERS = ["/proc", "/sys", "/dev"];

/** Where the folders really are; one that is not there is left as it is. */
export function realFolders(folders: readonly string[]): Promise<string[]> {
  return Promise.all(folders.map((folder) => realpath(folder).catch(() => folder)));
}

/** The first of the folders that a file lies in. */
export function folderOf(file: string, folders: readonly string[]): string | undefined {
  const system = SYSTEM_FOLDERS.find((folder) => isInside(file, folder));
  return folders.find(
    (folder) => isInside(file, folder) && (system === undefined || isInside(folder, system)),
  );
}
