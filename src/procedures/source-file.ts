// A picture's file: the path is followed to where it really leads before that is compared with the
// folders that may be read. The picture child holds what it opens against the same folders, so that
// nothing is gained by swapping a folder in between.
import { realpath } from "node:fs/promises";
import { ProcedureError, type ProcedureErrorCode } from "./error.js";
import { HANDLES } from "./handle.js";
import { ownRooms, procedureOf } from "./own-files.js";
import type { Procedure } from "./procedure.js";
import { adviseOnFiles } from "./source-advice.js";
import { isRemote, toPath } from "./source-path.js";
import type { Store } from "./store.js";
import { oneLine, shorten } from "./words.js";
import { folderOf, realFolders } from "../sources/index.js";

export interface FileOptions {
  /** absolute folders that may be read, with all that is below */
  allowedFolders: readonly string[];
  /** those that the client offers beside them */
  clientFolders?: (() => Promise<readonly string[]>) | undefined;
  homeDir: string;
  /** set where a person typed the path: any goes, relative to this folder */
  typedIn?: string | undefined;
  dataDir: string;
  store: Pick<Store, "load" | "filePath">;
}

interface FoundFile {
  source: { path: string; within?: readonly string[] };
  procedure?: Procedure;
}

/** The most of a path that a message repeats, in characters. */
const QUOTE_LENGTH = 200;

/** All folders that may be read now, the configured ones first. */
export async function readableFolders({
  allowedFolders,
  clientFolders,
}: Pick<FileOptions, "allowedFolders" | "clientFolders">): Promise<string[]> {
  return [...new Set([...allowedFolders, ...((await clientFolders?.()) ?? [])])];
}

/** Throws `bad_source`, `not_allowed`, `no_such_file`, and what `load` throws. */
export function findFile(text: string, options: FileOptions): Promise<FoundFile> {
  return options.typedIn === undefined ? findAllowed(text, options) : findTyped(text, options);
}

async function findTyped(text: string, options: FileOptions): Promise<FoundFile> {
  const file = toPath(text, options);
  const real = file === undefined ? undefined : await realpath(file).catch(() => undefined);
  if (real !== undefined) return { source: { path: real } };
  throw new ProcedureError("no_such_file", `no such file: ${quote(file ?? text)}`);
}

async function findAllowed(text: string, options: FileOptions): Promise<FoundFile> {
  const folders = await readableFolders(options);
  const file = toPath(text, options);
  if (file === undefined)
    throw await refusal(
      "bad_source",
      `need an absolute path, file://, a data: URI or ${HANDLES.step}, got ${quote(text)}`,
    );
  // A host of the network is not even asked: that would tell it who this user is.
  const isAsked = !isRemote(file) || folderOf(file, folders) !== undefined;
  const real = isAsked ? await realpath(file).catch(() => undefined) : undefined;
  const within = await realFolders(folders);
  // Whether something outside exists is nobody's business: the answer is the same either way.
  if (folderOf(real ?? file, real === undefined ? [...folders, ...within] : within) === undefined)
    throw await refusal(
      "not_allowed",
      `${quote(file)} is outside the folders this server may read`,
    );
  if (real === undefined) throw await refusal("no_such_file", `no such file: ${quote(file)}`);
  const procedure = await procedureOf(real, options);
  return { source: { path: real, within }, ...(procedure !== undefined && { procedure }) };

  async function refusal(code: ProcedureErrorCode, what: string): Promise<ProcedureError> {
    const advice = await adviseOnFiles(folders, {
      wanted: text,
      leaveOut: ownRooms(options.dataDir),
    });
    return new ProcedureError(code, `image: ${what}. ${advice}`);
  }
}

function quote(text: string): string {
  return shorten(oneLine(text), QUOTE_LENGTH);
}
