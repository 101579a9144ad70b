// A user's folders: where this program keeps its data, and where pictures are, which is Pictures,
// Downloads and Desktop under the names their desktop gave them.
import { readFileSync } from "node:fs";
import path from "node:path";

const FOLDERS = { PICTURES: "Pictures", DOWNLOAD: "Downloads", DESKTOP: "Desktop" };

const PROGRAM = "makeanything";

/** @param env - of it, LOCALAPPDATA on Windows and XDG_DATA_HOME on Linux, where a relative one says nothing */
export function dataFolder(
  env: NodeJS.ProcessEnv,
  homeDir: string,
  platform: NodeJS.Platform,
): string {
  if (platform === "darwin") return path.join(homeDir, "Library", "Application Support", PROGRAM);
  if (platform === "win32")
    return path.join(
      env["LOCALAPPDATA"] || path.join(homeDir, "AppData", "Local"),
      PROGRAM,
      "Data",
    );
  const named = env["XDG_DATA_HOME"] ?? "";
  return path.join(path.isAbsolute(named) ? named : path.join(homeDir, ".local", "share"), PROGRAM);
}

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
