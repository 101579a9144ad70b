// From a stored procedure to something a person can keep, print or send.
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import type { Rendered } from "./format.js";
import { FORMAT_NAMES, type FormatName, formatOf } from "./formats.js";
import { tutorialOf } from "./tutorial.js";
import { writeBeside } from "./write.js";
import { type Context, type Procedure, ProcedureError } from "../procedures/index.js";

export type ExportContext = Pick<Context, "store" | "pictures" | "domains" | "dataDir">;

export interface Exported {
  /** absolute */
  file: string;
  mimeType: string;
  sizeBytes: number;
  /** what to know about it */
  warnings: string[];
}

export interface ExportOptions {
  signal?: AbortSignal | undefined;
  /** puts it somewhere and gives the path; into the data folder where nothing is given */
  save?: (rendered: Rendered) => Promise<string>;
}

/** The longest part of a file's name that comes from the subject, in characters. */
const SUBJECT_LENGTH = 40;
/** How many letters a warning names. */
const NAMED_LETTERS = 12;

/** Throws `cannot_save`, what `load` throws, and what a child rejects with. */
export async function exportProcedure(
  context: ExportContext,
  id: string,
  format: FormatName,
  { signal, save }: ExportOptions = {},
): Promise<Exported> {
  const { store, pictures } = context;
  const procedure = await store.load(id);
  const tutorial = tutorialOf(context, procedure);
  const page = store.filePath(id, procedure.page);
  const { mimeType, load } = formatOf(format);
  const render = await load();
  const rendered = await render({ procedure, tutorial, pictures, page, signal });
  signal?.throwIfAborted();
  const file = save
    ? await save(rendered)
    : await writeBeside(exportFolder(context, id), fileName(procedure), format, rendered);
  const { size: sizeBytes } = await stat(file);
  return { file, mimeType, sizeBytes, warnings: missingWarnings(rendered.missing) };
}

/** Reads what an export has written. Throws `no_such_file`, and what `load` throws. */
export async function readExport(
  context: Pick<Context, "store" | "dataDir">,
  id: string,
  name: string,
): Promise<{ bytes: Uint8Array; mimeType: string }> {
  const procedure = await context.store.load(id);
  const format = FORMAT_NAMES.find((ending) => name.endsWith(`.${ending}`));
  // A plain name, or it would lead elsewhere.
  if (format !== undefined && !/^\.|[/\\\0]/.test(name))
    try {
      const bytes = await readFile(path.join(exportFolder(context, procedure.id), name));
      return { bytes, mimeType: formatOf(format).mimeType };
    } catch {
      // there is none, which is said below
    }
  throw new ProcedureError(
    "no_such_file",
    `procedure ${procedure.id} has no export ${JSON.stringify(name.slice(0, 100))}; export_procedure makes one`,
  );
}

/** Where the exports of a procedure lie. */
function exportFolder({ dataDir }: Pick<Context, "dataDir">, id: string): string {
  return path.join(dataDir, "exports", id);
}

function fileName({ subject }: Procedure): string {
  const words =
    subject
      .normalize("NFC")
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  const slug = [...words.join("-")].slice(0, SUBJECT_LENGTH).join("").replace(/-$/, "");
  return `${slug || "procedure"}-steps`;
}

function missingWarnings(missing = ""): string[] {
  if (missing === "") return [];
  const letters = [...missing];
  const named = letters.slice(0, NAMED_LETTERS).join(" ");
  return [
    `No font of this machine has ${letters.length} of the letters (${named}${letters.length > NAMED_LETTERS ? " …" : ""}): boxes stand for them in the picture of the text. Install a font that has them, for example a Noto font, and export again; or export as html, which is shown with its reader's own fonts.`,
  ];
}
