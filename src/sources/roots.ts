// The folders that a client works in, as it offers them to servers.
import path from "node:path";
import { fileURLToPath } from "node:url";

const MOST_ROOTS = 64;

/** Local folders alone, and never a whole disk: a client started in `/` did not mean all of it. */
export function rootFolders(roots: readonly { uri: string }[]): string[] {
  return roots.slice(0, MOST_ROOTS).flatMap(({ uri }) => {
    const folder = localPath(uri);
    return folder === undefined || folder === path.parse(folder).root ? [] : [folder];
  });
}

function localPath(uri: string): string | undefined {
  try {
    const { protocol, hostname } = new URL(uri);
    if (protocol !== "file:" || hostname !== "" || uri.includes("%00")) return undefined;
    return path.resolve(fileURLToPath(uri));
  } catch {
    return undefined; // no address, or one that no file has
  }
}
