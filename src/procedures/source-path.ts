// What people and models write for a path.
import path from "node:path";
import { fileURLToPath } from "node:url";

/** An absolute path; undefined where the text is none. @param typedIn - what a relative one is relative to */
export function toPath(
  text: string,
  { homeDir, typedIn }: { homeDir: string; typedIn?: string | undefined },
): string | undefined {
  // What chats call their own files; they are not here, and the path says so.
  const written = text.replace(/^(sandbox|attachment):(?=\/[^/])/i, "");
  if (written === "" || written.includes("\0")) return undefined;
  if (/^file:/i.test(written)) return fromUrl(written);
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(written)) return undefined;
  if (written.startsWith("~/")) return path.join(homeDir, written.slice(2));
  if (path.isAbsolute(written)) return path.normalize(written);
  return typedIn === undefined ? undefined : path.resolve(typedIn, written);
}

/** On Windows `\\host\share`, and the device names that begin in the same way. */
export function isRemote(file: string): boolean {
  return process.platform === "win32" && /^[\\/]{2}/.test(file);
}

function fromUrl(url: string): string | undefined {
  try {
    const file = fileURLToPath(url);
    return file.includes("\0") ? undefined : file;
  } catch {
    return undefined; // another host's, or with an encoded slash
  }
}
