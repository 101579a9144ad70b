// A job: a procedure that is on its way, or that did not come to its end. One that came to its end is a
// procedure in the store and no job any more.
import { z } from "zod";
import { processMark } from "../../processes.js";

export const jobState = z.enum(["queued", "running", "failed", "cancelled", "interrupted"]);

export const job = z.object({
  format: z.literal(1),
  /** of the procedure that it will be */
  id: z.string().regex(/^[0-9a-z]{16}$/),
  /** whose it is, where several people share a server */
  owner: z.string().optional(),
  /** the process whose queue it is in; when that is dead the job is interrupted, whatever is written here */
  server: processMark,
  state: jobState,
  /** asked for again, it makes the same procedure */
  request: z.object({
    verb: z.enum(["generate", "recraft", "refine"]),
    input: z.record(z.string(), z.unknown()),
  }),
  domain: z.string(),
  subject: z.string(),
  createdAt: z.string(),
  /** steps that there are, of so many */
  framesReady: z.number().int(),
  frames: z.number().int(),
  /** 0 … 1 */
  fraction: z.number(),
  /** what is being done, or the error of a failed job, for people */
  message: z.string(),
  /** the error's code */
  code: z.string().optional(),
  /** how much longer it takes, roughly, in ms; not said where nothing is known */
  etaMs: z.number().optional(),
});

export type Job = z.infer<typeof job>;

export function isActive({ state }: Pick<Job, "state">): boolean {
  return state === "queued" || state === "running";
}
