// Where a user's pictures are: Pictures, Downloads and Desktop, under the names their desktop gave them.
import { readFileSync } from "node:fs";
import path from "node:path";

const FOLDERS = { PICTURES: "Pictures", DOWNLOAD: "Downloads", DESKTOP: "Desktop" };

/** @param env - of it, XDG_CONFIG_HOME, where desktops keep `user-dirs.dirs` */
export function userFolders(env: NodeJS.ProcessEnv, homeDir: string): string[] {
  const configDir = env["XDG_CONFIG_HOME"] || path.join(homeDir, ".config");
  const named = parseUserDirs(readOptional(path.join(configDir, "user-dirs.dirs")), homeDir);
  return Object.entries(FOLDERS).flatMap(
    ([key, usual]) => named.get(key) ?? path.join(homeDir, usual),
  );
}

/**
 * Reads lines like `XDG_PICTURES_DIR="$HOME/Bilder"`. The home folder itself stands for "no such
 * folder" and is given as an empty list.
 */
export function parseUserDirs(text: string, homeDir: string): Map<string, string[]> {
  const folders = new Map<string, string[]>();
  for (const [, key, quoted] of text.matchAll(/^\s*XDG_(\w+)_DIR="((?:[^"\\]|\\.)*)"\s*$/gm)) {
    const folder = quoted!.replace(/^\$HOME(?=\/|$)/, () => homeDir).replace(/\\(.)/g, "$1");
    if (!path.isAbsolute(folder)) continue;
    const isHome = path.relative(homeDir, folder) === "";
    folders.set(key!, isHome ? [] : [path.resolve(folder)]);
  }
  return folders;
}

function readOptional(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
