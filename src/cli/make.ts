// The commands that make a procedure: generate, recraft, refine.
import path from "node:path";
import { openProcedureFolder, replaceProcedure } from "./out-folder.js";
import { createPreviewFile } from "./preview-file.js";
import { createProgressBar } from "./progress-bar.js";
import { configFrom, contextFrom, type Flags } from "./settings.js";
import {
  type Context,
  generate,
  type GenerateInput,
  type MakeOptions,
  type MakeProgress,
  type Procedure,
  recraft,
  type RecraftInput,
  refine,
  type RefineInput,
  sayBlend,
} from "../procedures/index.js";
import { type ProcedureRecord, recordOf } from "../tools/index.js";

export interface MakeFlags extends Flags {
  /** copy frames, page and manifest there */
  out?: string;
  json?: boolean;
  /** a file for the page as it seems to become */
  preview?: string;
}

interface Inputs {
  generate: GenerateInput;
  recraft: RecraftInput;
  refine: RefineInput;
}

type Maker<Input> = (context: Context, input: Input, options: MakeOptions) => Promise<Procedure>;

const MAKERS: { [Verb in keyof Inputs]: Maker<Inputs[Verb]> } = { generate, recraft, refine };

export async function make<Verb extends keyof Inputs>(
  verb: Verb,
  input: Inputs[Verb],
  { out, json, preview: previewPath, ...flags }: MakeFlags,
  signal: AbortSignal,
): Promise<void> {
  const context = await contextFrom(configFrom(flags), { typedIn: process.cwd() });
  const folder = out === undefined ? undefined : await openProcedureFolder(out);
  const bar = createProgressBar();
  const preview =
    previewPath === undefined ? undefined : createPreviewFile(previewPath, context.pictures);
  const onProgress = (progress: MakeProgress) => {
    bar.report(progress);
    preview?.show(progress);
  };
  let procedure: Procedure;
  try {
    procedure = await MAKERS[verb](context, input, { signal, onProgress });
  } finally {
    bar.stop();
    await preview?.settled();
    await context.close();
  }
  const stored = recordOf(context.store, procedure);
  const record = folder === undefined ? stored : await copyTo(folder, stored);
  console.log(json ? JSON.stringify(record) : tell(record));
}

/** Copies all that a procedure is; the record then names the copies. */
async function copyTo(folder: string, record: ProcedureRecord): Promise<ProcedureRecord> {
  const home = path.dirname(record.manifest.file);
  try {
    await replaceProcedure(home, folder);
  } catch (error) {
    throw new Error(
      `procedure ${record.procedure_id} is painted and stored in ${home}, but cannot be copied to ${folder}: ${(error as Error).message}`,
      { cause: error },
    );
  }
  const { steps, page, manifest } = record;
  return { ...record, steps: steps.map(moved), page: moved(page), manifest: moved(manifest) };

  function moved<Entry extends { file: string }>(entry: Entry): Entry {
    return { ...entry, file: path.join(folder, path.relative(home, entry.file)) };
  }
}

function tell(record: ProcedureRecord): string {
  const { procedure_id, subject, seed, steps, timings, parent } = record;
  const seconds = ((timings["totalMs"] ?? 0) / 1000).toFixed(1);
  return [
    `${procedure_id}: ${subject === "" ? "" : `${subject}, `}${sayBlend(record)}, ${steps.length} steps, seed ${seed}, ${seconds} s${parent === undefined ? "" : `, refines ${parent}`}`,
    ...steps.map(
      ({ index, caption, file }) => `${String(index).padStart(2)}. ${caption}\n    ${file}`,
    ),
    `Page: ${record.page.file}`,
    ...record.notes.map((note) => `Note: ${note}`),
    ...record.warnings.map((warning) => `Warning: ${warning}`),
  ].join("\n");
}
