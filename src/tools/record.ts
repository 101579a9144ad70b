// A procedure as tools and commands answer it: complete without the pictures.
import { z } from "zod";
import {
  MANIFEST_FILE,
  manifestUri,
  pageUri,
  type Procedure,
  sayBlend,
  stepUri,
  type Store,
} from "../procedures/index.js";

export const procedureRecord = z.object({
  procedure_id: z.string(),
  mode: z.enum(["generate", "recraft", "refine"]),
  domain: z.string().describe("Of a mix, the heaviest: its plan tells the steps."),
  mix: z.record(z.string(), z.number()).optional().describe("The domains and their weights."),
  styles: z.array(z.object({ name: z.string(), weight: z.number() })).optional(),
  subject: z.string(),
  seed: z.number().int(),
  model: z.string(),
  parent: z.string().optional().describe("The procedure that this one refines."),
  steps: z.array(
    z.object({
      index: z.number().int().describe("Counted from 1."),
      caption: z.string(),
      file: z.string().describe("Absolute path of the full-size PNG."),
      uri: z.string().describe("The same picture as a resource of this server."),
      width: z.number().int(),
      height: z.number().int(),
      origin: z
        .enum(["generated", "given", "interpolated"])
        .describe("Painted from words, the given picture, or painted between two steps."),
    }),
  ),
  page: z.object({ file: z.string(), uri: z.string() }).describe("All steps on one page."),
  manifest: z.object({ file: z.string(), uri: z.string() }),
  warnings: z.array(z.string()).describe("What to know before believing the pictures."),
  notes: z.array(z.string()),
  timings: z.record(z.string(), z.number()).describe("In milliseconds."),
});

export type ProcedureRecord = z.infer<typeof procedureRecord>;

export function recordOf(store: Store, procedure: Procedure): ProcedureRecord {
  const { id, mode, domain, mix, styles, subject, seed, warnings, notes, timings } = procedure;
  return {
    procedure_id: id,
    mode,
    domain,
    ...(mix && { mix }),
    ...(styles && { styles }),
    subject,
    seed,
    model: procedure.model.name,
    ...(procedure.parent !== undefined && { parent: procedure.parent }),
    steps: procedure.steps.map((step, i) => ({
      index: i + 1,
      caption: step.caption,
      file: store.filePath(id, step.file),
      uri: stepUri(id, i + 1),
      width: step.widthPx,
      height: step.heightPx,
      origin: step.origin.kind,
    })),
    page: { file: store.filePath(id, procedure.page), uri: pageUri(id) },
    manifest: { file: store.filePath(id, MANIFEST_FILE), uri: manifestUri(id) },
    warnings,
    notes,
    timings,
  };
}

/** The same in words. @param count - of the whole procedure's steps, where not all are in the record */
export function tellRecord(record: ProcedureRecord, count = record.steps.length): string {
  const { subject, parent, steps } = record;
  const made = {
    generate: "painted from words",
    recraft: "a way to a given picture",
    refine: `${parent ?? "another"} with steps in between`,
  }[record.mode];
  const timings = Object.entries(record.timings).map(([name, ms]) => `${name} ${ms}`);
  return [
    `Procedure ${record.procedure_id}: ${subject === "" ? "" : `“${subject}”, `}${sayBlend(record)}, ${count} steps, ${made} (seed ${record.seed}, model ${record.model}).`,
    ...record.warnings.map((warning) => `Warning: ${warning}`),
    ...record.notes.map((note) => `Note: ${note}`),
    ...steps.map(
      ({ index, caption, file, uri, width, height, origin }) =>
        `${index}. ${caption} [${origin}, ${width} × ${height} px, ${file}, ${uri}]`,
    ),
    `Page: ${record.page.file}, ${record.page.uri}`,
    `Manifest: ${record.manifest.file}, ${record.manifest.uri}`,
    `Timings in ms: ${timings.join(", ")}`,
  ].join("\n");
}
