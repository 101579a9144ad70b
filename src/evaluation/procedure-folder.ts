// A procedure as a folder holds it: what `--out` wrote, or an entry of the store. It may come from
// anybody: names of files lead nowhere else, and pictures are opened by the picture child alone.
import { readdir, readFile, realpath } from "node:fs/promises";
import path from "node:path";
import { EvaluationError } from "./error.js";
import { type Procedure, procedure, MANIFEST_FILE } from "../procedures/index.js";
import type { PictureOperations } from "../workers/index.js";

export interface ProcedureFolder {
  folder: string;
  procedure: Procedure;
  /** absolute, in order */
  pictures: string[];
}

/** A file of the folder itself. */
const NAME = /^[0-9a-z][\w.-]{0,99}$/i;

/**
 * The folder itself where it holds a procedure, else every folder in it that does, sorted by name.
 * @throws EvaluationError `bad_procedure`
 */
export async function findProcedures(folder: string): Promise<ProcedureFolder[]> {
  const own = await open(folder);
  if (own) return [own];
  const names = await readdir(folder).catch((error: Error) => {
    throw new EvaluationError("bad_procedure", `${folder}: ${error.message}`, { cause: error });
  });
  const found = await Promise.all(
    names.toSorted().map((name) => open(path.join(folder, name)).catch(refuse)),
  );
  const procedures = found.filter((each) => each !== undefined);
  if (procedures.length === 0)
    throw new EvaluationError(
      "bad_procedure",
      `${folder}: holds no procedure; name a folder that makeanything generate --out has written, or one with such folders`,
    );
  return procedures;
}

function refuse(error: unknown): undefined {
  if (error instanceof EvaluationError) throw error;
}

/** @returns undefined where there is no manifest */
async function open(at: string): Promise<ProcedureFolder | undefined> {
  const text = await readFile(path.join(at, MANIFEST_FILE), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = procedure.safeParse(parseJson(text));
  const issue = parsed.error?.issues[0];
  const complain = (what: string) =>
    new EvaluationError("bad_procedure", `${path.join(at, MANIFEST_FILE)}: ${what}`);
  if (!parsed.success) throw complain(`${issue?.path.join(".")}: ${issue?.message}`);
  const folder = await realpath(at);
  const pictures = parsed.data.steps.map(({ file }) => {
    if (!NAME.test(file)) throw complain(`${file} is no file of this folder`);
    return path.join(folder, file);
  });
  return { folder, procedure: parsed.data, pictures };
}

/** The frames as small JPEGs. */
export function framesAsJpeg(
  { folder, pictures }: ProcedureFolder,
  operations: Pick<PictureOperations, "previews">,
  sidePx: number,
): Promise<Uint8Array[]> {
  const sources = pictures.map((file) => ({ path: file, within: [folder] }));
  return operations.previews({ sources, sidePx, quality: 85 });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
