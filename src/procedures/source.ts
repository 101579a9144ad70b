// Where a picture comes in: a path, `file://`, `data:`, a handle of this server, or an address of the
// web. A file is not opened here, that is the picture child's; an address is fetched, not decoded.
import { ProcedureError } from "./error.js";
import { findStep } from "./handle.js";
import type { Procedure } from "./procedure.js";
import { findFile, type FileOptions } from "./source-file.js";
import { fetchPicture, SourceError } from "../sources/index.js";
import type { PictureSource } from "../workers/index.js";

export interface GivenPicture {
  source: PictureSource;
  /** what the manifest says about it: "file", "data", "web", or the handle */
  origin: string;
  /** the procedure that a handle or a file belongs to */
  procedure?: Procedure;
}

export interface SourceOptions extends FileOptions {
  /** whether `https` addresses are read */
  allowUrls?: boolean | undefined;
}

/** Finds the picture that `image` names. Throws a ProcedureError that says what to do instead. */
export async function findPicture(
  image: string,
  options: SourceOptions,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<GivenPicture> {
  const text = image.trim();
  switch (schemeOf(text)) {
    case "data":
      return { source: { bytes: decodeDataUri(text) }, origin: "data" };
    case "procedure": {
      const { procedure, step } = await findStep(options.store, text);
      const file = options.store.filePath(procedure.id, step.file);
      return { source: { path: file }, origin: text, procedure };
    }
    case "http":
    case "https":
      return { source: { bytes: await fetchBytes(text, options, signal) }, origin: "web" };
    default:
      return { ...(await findFile(text, options)), origin: "file" };
  }
}

/** In lower case; a drive's letter is none. */
function schemeOf(text: string): string | undefined {
  return /^([a-z][a-z0-9+.-]+):/i.exec(text)?.[1]?.toLowerCase();
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

async function fetchBytes(
  address: string,
  { allowUrls = false }: SourceOptions,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  if (!allowUrls)
    throw new ProcedureError(
      "bad_source",
      "image: addresses of the web are not read here; save the picture to a file and give the path (or set allowUrls in config.json)",
    );
  try {
    return await fetchPicture(address, { signal });
  } catch (error) {
    if (error instanceof SourceError) throw new ProcedureError(error.code, error.message);
    throw error;
  }
}
