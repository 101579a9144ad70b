// What a procedure is: pictures that follow from each other, each with a caption, and where every one
// of them came from. This record is the manifest on disk, and what tools and commands answer with.
import { z } from "zod";

export const stepOrigin = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("generated") }),
  /** the caller's picture; `source` says which (a handle of this server, or "file") */
  z.object({ kind: z.literal("given"), source: z.string() }),
  /** painted between two steps, named by their ids: the parent's, or what an earlier pass of the job painted */
  z.object({ kind: z.literal("interpolated"), between: z.tuple([z.string(), z.string()]) }),
]);

export const procedureStep = z.object({
  /** stable: a refined procedure keeps the ids of the steps it took over */
  id: z.string(),
  caption: z.string(),
  /**
   * the domain's plan, the caller, an agent that has looked at the picture, or the step's place between
   * two others; a place is told anew when steps come in
   */
  captionBy: z.enum(["plan", "caller", "agent", "place"]),
  /** PNG, relative to the procedure's folder */
  file: z.string(),
  widthPx: z.number().int(),
  heightPx: z.number().int(),
  origin: stepOrigin,
});

export const procedure = z.object({
  format: z.literal(1),
  id: z.string(),
  /** whose it is, where several people share a server; never a secret */
  owner: z.string().optional(),
  mode: z.enum(["generate", "recraft", "refine"]),
  /** of a mix the heaviest, whose plan tells the steps */
  domain: z.string(),
  /** domains and their weights, where it is not one alone at weight 1 */
  mix: z.record(z.string(), z.number()).optional(),
  /** what new steps of it are painted with too */
  styles: z.array(z.object({ name: z.string(), weight: z.number() })).optional(),
  subject: z.string(),
  prompt: z.string(),
  seed: z.number().int(),
  createdAt: z.string(),
  model: z.object({ name: z.string(), version: z.string() }),
  /** every LoRA that it was painted with, at a weight; one of several domains in one file says which */
  adapters: z.array(
    z.object({
      name: z.string(),
      domain: z.string().optional(),
      version: z.string(),
      weight: z.number(),
    }),
  ),
  /** how it was painted, or the newest of its steps; what the cache left out, it left out by its threshold */
  sampling: z
    .object({
      steps: z.number().int(),
      guidance: z.number(),
      trueCfg: z.number().default(1),
      variant: z.string(),
      cacheThreshold: z.number(),
    })
    .optional(),
  /** size of a generated frame; a given picture may be larger */
  framePx: z.number().int(),
  steps: z.array(procedureStep).min(1),
  /** PNG of the whole page, relative to the procedure's folder */
  page: z.string(),
  /** ReCraft: the caller's file as it came, relative to the procedure's folder */
  original: z.string().optional(),
  parent: z.string().optional(),
  /** what a reader must know before believing the pictures */
  warnings: z.array(z.string()),
  /** what is good to know */
  notes: z.array(z.string()),
  timings: z.record(z.string(), z.number()),
});

export type Procedure = z.infer<typeof procedure>;
export type ProcedureStep = z.infer<typeof procedureStep>;
