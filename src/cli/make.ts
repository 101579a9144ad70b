// The commands that make a procedure: generate, recraft, refine.
import { copyFile, mkdir } from "node:fs/promises";
import path from "node:path";
import { createProgressBar } from "./progress-bar.js";
import { configFrom, contextFrom, type Flags } from "./settings.js";
import type { Context, MakeOptions, Procedure } from "../procedures/index.js";
import { type ProcedureRecord, recordOf } from "../tools/index.js";

export { generate, recraft, refine } from "../procedures/index.js";

export interface MakeFlags extends Flags {
  /** copy frames, page and manifest there */
  out?: string;
  json?: boolean;
}

export async function make(
  flags: MakeFlags,
  signal: AbortSignal,
  run: (context: Context, options: MakeOptions) => Promise<Procedure>,
): Promise<void> {
  const context = await contextFrom(configFrom(flags), { typedIn: process.cwd() });
  const bar = createProgressBar();
  let record: ProcedureRecord;
  try {
    const procedure = await run(context, { signal, onProgress: bar.report });
    record = recordOf(context.store, procedure);
  } finally {
    bar.stop();
    await context.close();
  }
  if (flags.out !== undefined) record = await copyTo(path.resolve(flags.out), record);
  console.log(flags.json ? JSON.stringify(record) : tell(record));
}

/** Copies a procedure's files; the record then names the copies. */
async function copyTo(folder: string, record: ProcedureRecord): Promise<ProcedureRecord> {
  await mkdir(folder, { recursive: true });
  async function copy<Entry extends { file: string }>(entry: Entry): Promise<Entry> {
    const file = path.join(folder, path.basename(entry.file));
    await copyFile(entry.file, file);
    return { ...entry, file };
  }
  return {
    ...record,
    steps: await Promise.all(record.steps.map(copy)),
    page: await copy(record.page),
    manifest: await copy(record.manifest),
  };
}

function tell(record: ProcedureRecord): string {
  const { procedure_id, subject, domain, seed, steps, timings, parent } = record;
  const seconds = ((timings["totalMs"] ?? 0) / 1000).toFixed(1);
  return [
    `${procedure_id}: ${subject === "" ? "" : `${subject}, `}${domain}, ${steps.length} steps, seed ${seed}, ${seconds} s${parent === undefined ? "" : `, refines ${parent}`}`,
    ...steps.map(
      ({ index, caption, file }) => `${String(index).padStart(2)}. ${caption}\n    ${file}`,
    ),
    `Page: ${record.page.file}`,
    ...record.notes.map((note) => `Note: ${note}`),
    ...record.warnings.map((warning) => `Warning: ${warning}`),
  ].join("\n");
}
