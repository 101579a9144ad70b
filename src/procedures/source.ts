// Where a picture comes in: a path, `file://`, `data:` or a handle of this server. Nothing is opened
// here, that is the picture child's; a path is followed to where it really leads before it is
// compared with the folders that may be read.
import { lstat, readdir, realpath } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { ProcedureError } from "./error.js";
import { findStep, HANDLES } from "./handle.js";
import type { Procedure } from "./procedure.js";
import type { Store } from "./store.js";
import { shorten } from "./words.js";
import type { PictureSource } from "../workers/index.js";

/** The most of a path or address that a message repeats, in characters. */
const QUOTE_LENGTH = 200;

export interface GivenPicture {
  source: PictureSource;
  /** what the manifest says about it: "file", "data", or the handle */
  origin: string;
  /** the procedure that a handle belongs to */
  procedure?: Procedure;
}

export interface SourceOptions {
  /** absolute folders that may be read, with all that is below */
  allowedFolders: readonly string[];
  homeDir: string;
  /** set where a person typed the path: any goes, relative to this folder */
  typedIn?: string | undefined;
  store: Pick<Store, "load" | "filePath">;
}

/** Finds the picture that `image` names. Throws a ProcedureError that says what to do instead. */
export async function findPicture(image: string, options: SourceOptions): Promise<GivenPicture> {
  const text = image.trim();
  if (text.startsWith("data:")) return { source: { bytes: decodeDataUri(text) }, origin: "data" };
  if (text.startsWith("procedure:")) {
    const { procedure, step } = await findStep(options.store, text);
    const file = options.store.filePath(procedure.id, step.file);
    return { source: { path: file }, origin: text, procedure };
  }
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(text) && !text.startsWith("file:"))
    throw new ProcedureError(
      "bad_source",
      `image: cannot read ${shorten(text, QUOTE_LENGTH)}; give a path, file://, a data: URI or ${HANDLES.step}`,
    );
  const file = toPath(text, options);
  return { source: { path: await checkedPath(file, options) }, origin: "file" };
}

function decodeDataUri(uri: string): Uint8Array {
  const comma = uri.indexOf(",");
  if (comma === -1 || !uri.slice(0, comma).toLowerCase().endsWith(";base64"))
    throw new ProcedureError(
      "bad_source",
      "image: a data: URI goes data:image/png;base64,… and must be in base64",
    );
  return Buffer.from(uri.slice(comma + 1), "base64");
}

function toPath(text: string, { homeDir, typedIn }: SourceOptions): string {
  if (text === "" || text.includes("\0"))
    throw new ProcedureError("bad_source", "image: need a path, got an empty or broken one");
  if (text.startsWith("file:")) {
    try {
      return fileURLToPath(text);
    } catch {
      throw new ProcedureError(
        "bad_source",
        `image: ${shorten(text, QUOTE_LENGTH)} is no local file:// address`,
      );
    }
  }
  if (text.startsWith("~/")) return path.join(homeDir, text.slice(2));
  if (path.isAbsolute(text)) return path.normalize(text);
  if (typedIn !== undefined) return path.resolve(typedIn, text);
  throw new ProcedureError(
    "bad_source",
    `image: need an absolute path, got ${shorten(text, QUOTE_LENGTH)}`,
  );
}

async function checkedPath(file: string, options: SourceOptions): Promise<string> {
  const { allowedFolders, typedIn } = options;
  const real = await realpath(file).catch(() => undefined);
  if (typedIn !== undefined) {
    if (real !== undefined) return real;
    throw new ProcedureError("no_such_file", `no such file: ${shorten(file, QUOTE_LENGTH)}`);
  }
  // Whether something outside exists is nobody's business: the answer is the same either way.
  const realFolders = await Promise.all(
    allowedFolders.map((folder) => realpath(folder).catch(() => folder)),
  );
  const folders = real === undefined ? [...allowedFolders, ...realFolders] : realFolders;
  if (!folders.some((folder) => isInside(real ?? file, folder)))
    throw new ProcedureError(
      "not_allowed",
      `image: ${shorten(file, QUOTE_LENGTH)} is outside the folders this server may read. ${await advice(allowedFolders)}`,
    );
  if (real !== undefined) return real;
  throw new ProcedureError(
    "no_such_file",
    `image: no such file: ${shorten(file, QUOTE_LENGTH)}. ${await advice(allowedFolders)}`,
  );
}

function isInside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

// A chat's attachments never reach a local server, and models then invent a path.
async function advice(folders: readonly string[]): Promise<string> {
  const newest = await newestPictures(folders);
  const there = newest.length > 0 ? ` The newest pictures there: ${newest.join(", ")}.` : "";
  return `A picture attached to a chat does not reach this server: ask for it to be saved in one of ${folders.join(", ")} and give that path.${there}`;
}

/** Links are left out: where they lead may be out of bounds. */
async function newestPictures(folders: readonly string[]): Promise<string[]> {
  const found: { file: string; mtimeMs: number }[] = [];
  for (const folder of folders) {
    const names = await readdir(folder).catch(() => []);
    for (const name of names.filter((n) => /\.(png|jpe?g|webp|gif|tiff?|avif)$/i.test(n))) {
      const file = path.join(folder, name);
      const info = await lstat(file).catch(() => undefined);
      if (info?.isFile()) found.push({ file, mtimeMs: info.mtimeMs });
    }
  }
  found.sort((a, b) => b.mtimeMs - a.mtimeMs);
  return found.slice(0, 5).map(({ file }) => file);
}
