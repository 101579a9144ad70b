// What was made here and what is on its way, a page at a time.
import { z } from "zod";
import { standingOf, standingShape } from "./standing.js";
import { defineTool, READS } from "./tool.js";
import type { Found } from "../procedures/index.js";

const USUAL = 20;
const MOST = 100;
const LIMIT_RANGE = `limit is a whole number from 1 to ${MOST};`;
const SUBJECT_LENGTH = 80;

const entry = standingShape
  .pick({ procedure_id: true, status: true, domain: true, subject: true, frames: true })
  .extend({
    created: z.string().describe("In UTC."),
    mode: z.enum(["generate", "recraft", "refine"]),
    frames_ready: z.number().int(),
    parent: z.string().optional().describe("The procedure that this one refines."),
    eta_seconds: z.number().optional(),
  });

const procedureList = z.object({
  procedures: z.array(entry),
  next: z.string().optional().describe("What to call for older ones, where there may be some."),
});

type Entry = z.infer<typeof entry>;

export const listProcedures = defineTool({
  name: "list_procedures",
  title: "List procedures",
  description:
    "Lists procedures, the newest first, with those that wait, are being made, failed, or were cancelled or interrupted.",
  input: z.strictObject({
    limit: z
      .int(LIMIT_RANGE)
      .min(1, LIMIT_RANGE)
      .max(MOST, LIMIT_RANGE)
      .default(USUAL)
      .describe(`How many, at most ${MOST}.`),
    before: z.string().max(100).optional().describe("A procedure's id: lists older ones only."),
  }),
  output: procedureList,
  annotations: READS,
  async run(_, { limit, before }, { jobs }) {
    const found = await jobs.list({ limit, before });
    const procedures = found.map(toEntry);
    const last = procedures.at(-1);
    const next =
      last && procedures.length === limit
        ? { next: `list_procedures with before "${last.procedure_id}" lists older ones.` }
        : {};
    const lines = procedures.length === 0 ? ["There is none yet."] : procedures.map(tell);
    const text = [...lines, ...Object.values(next)].join("\n");
    return { structured: { procedures, ...next }, blocks: [{ kind: "text", text }] };
  },
});

function toEntry(found: Found): Entry {
  const { procedure_id, status, domain, subject, frames, frames_ready, eta_seconds } =
    standingOf(found);
  const { job, procedure } = found;
  const parent = procedure?.parent ?? job?.request.input["procedureId"];
  return {
    procedure_id,
    status,
    domain,
    subject: subject.length > SUBJECT_LENGTH ? `${subject.slice(0, SUBJECT_LENGTH - 1)}…` : subject,
    frames,
    frames_ready,
    ...(found.job
      ? { created: found.job.createdAt, mode: found.job.request.verb }
      : { created: found.procedure.createdAt, mode: found.procedure.mode }),
    ...(typeof parent === "string" && { parent }),
    ...(eta_seconds !== undefined && { eta_seconds }),
  };
}

function tell({
  procedure_id,
  status,
  domain,
  subject,
  frames,
  frames_ready,
  created,
  parent,
}: Entry) {
  const refines = parent === undefined ? "" : `, refines ${parent}`;
  const steps = frames === frames_ready ? `${frames}` : `${frames_ready} of ${frames}`;
  return `${procedure_id}: ${status}, ${subject === "" ? "" : `“${subject}”, `}${domain}, ${steps} steps${refines} [${created}]`;
}
