// Where the making of a procedure stands, in both halves of an answer, and what to call next.
import { z } from "zod";
import { type Found, GIVEN_INLINE, isActive, type Job, sayDuration } from "../procedures/index.js";

export const standingShape = z.object({
  procedure_id: z.string(),
  status: z.enum(["queued", "running", "done", "failed", "cancelled", "interrupted"]),
  domain: z.string(),
  subject: z.string(),
  frames: z.number().int().describe("How many steps the whole has, or will have."),
  frames_ready: z.number().int().describe("How many of them there are."),
  progress: z.number().optional().describe("How far the work is, 0 to 1."),
  eta_seconds: z.number().optional().describe("How much longer it takes, roughly; queue included."),
  message: z.string().optional().describe("What is being done, or why it ended."),
  again: z
    .object({ tool: z.string(), arguments: z.record(z.string(), z.unknown()) })
    .optional()
    .describe("What to call to have it made, for work that did not come to its end."),
  next: z.string().optional().describe("What to do now."),
});

export type Standing = z.infer<typeof standingShape>;

const TOOLS = {
  generate: "generate_procedure",
  recraft: "recraft_from_image",
  refine: "refine_steps",
};

export function standingOf({ id, state, job, procedure }: Found): Standing {
  const { domain, subject } = job ?? procedure;
  const ready = procedure?.steps.length ?? job?.framesReady ?? 0;
  return {
    procedure_id: id,
    status: state,
    domain,
    subject,
    frames: job?.frames ?? ready,
    frames_ready: ready,
    ...(job && { message: job.message }),
    ...(job && (isActive(job) ? onItsWay(job) : endedEarly(job))),
  };
}

function onItsWay({ id, fraction, etaMs }: Job): Partial<Standing> {
  return {
    progress: fraction,
    ...(etaMs !== undefined && { eta_seconds: Math.ceil(etaMs / 1000) }),
    next: `get_procedure with procedure_id "${id}" waits further and then shows it; cancel_procedure stops it.`,
  };
}

function endedEarly({ request: { verb, input } }: Job): Partial<Standing> {
  const { procedureId, ...rest } = input;
  const isGivenInline = rest["image"] === GIVEN_INLINE;
  if (isGivenInline) delete rest["image"];
  const args = { ...(procedureId !== undefined && { procedure_id: procedureId }), ...rest };
  const tool = TOOLS[verb];
  return {
    again: { tool, arguments: JSON.parse(JSON.stringify(args)) as Record<string, unknown> },
    next: `To make it again, call ${tool} with the arguments in “again”${isGivenInline ? ", and with the picture as image" : ""}.`,
  };
}

/** The same in words. */
export function tellStanding(standing: Standing): string {
  const { procedure_id, status, subject, domain, frames, frames_ready, progress } = standing;
  const { eta_seconds, message, again, next } = standing;
  const named = `${subject === "" ? "" : `“${subject}”, `}${domain}`;
  const share = progress === undefined ? "" : `, ${Math.round(100 * progress)}%`;
  const left = eta_seconds === undefined ? "" : `, ${sayDuration(1000 * eta_seconds)} left`;
  return [
    `Procedure ${procedure_id} (${named}) is ${status}${share}, ${frames_ready} of ${frames} steps ready${left}.`,
    ...(message === undefined ? [] : [`${message[0]?.toUpperCase()}${message.slice(1)}.`]),
    ...(again ? [`Again: ${again.tool} ${JSON.stringify(again.arguments)}`] : []),
    ...(next === undefined ? [] : [`Next: ${next}`]),
  ].join("\n");
}
