// The part of a model folder's `model.json` that a procedure needs: what depends on the weights and
// yet is no tensor. The engine reads its own part of the same file; unknown keys belong to others.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { ProcedureError } from "./error.js";
import { reasonOf } from "./words.js";
import { layoutFor } from "../grid/index.js";

export type FrameCount = 4 | 9;
export type SamplingMode = "generate" | "recraft" | "interpolation";

/** What one latent pixel stands for is so wide and so high. */
const LATENT_PX = 8;

const pageSide = z.int().positive().multipleOf(16);
const cell = (frames: FrameCount) => z.int().min(0).lt(frames);

const sampling = z.object({
  /** Euler steps */
  steps: z.number().int().min(1).max(1000),
  /** embedded guidance; a model without it ignores the number */
  guidance: z.number(),
  /** classifier-free guidance against the empty prompt, 1 for none; the model must have learnt from such */
  trueCfg: z.number().min(1).max(100),
  /** leave T5's padding out of every attention */
  maskPadding: z.boolean(),
});

/** One value for pages of nine and of four frames, or one each; a page without one is a page it is not for. */
const byGrid = <Value extends z.ZodType>(value: Value) =>
  z.union([value, z.object({ nine: value.optional(), four: value.optional() })]);

const modelDomain = z
  .object({
    /** slug in the catalogue */
    domain: z.string(),
    /** B matrix in the asymmetric LoRA, counted from 1 */
    b: byGrid(z.number().int().positive()).optional(),
    /** for a domain or a page without a B: a plain LoRA of its own, by its name in `adapters` */
    adapter: byGrid(z.string()).optional(),
    /** its own ReCraft LoRA, by its name in `adapters`; `recraft` where none is given */
    recraft: byGrid(z.string()).optional(),
    phrase: z.string(),
    /** false: it was trained on greys alone */
    colors: z.boolean().default(true),
  })
  .refine(({ b, adapter }) => b !== undefined || adapter !== undefined, "needs b or adapter");

/** What a LoRA must have been made for to fit. */
export const modelSize = z.object({
  hiddenSize: z.int().positive(),
  depth: z.int().nonnegative(),
  depthSingle: z.int().nonnegative(),
});

const modelFile = z.object({
  name: z.string(),
  /** page size in px: one number for both grids, or one each */
  pagePx: z.union([pageSide, z.object({ nine: pageSide, four: pageSide })]),
  domains: z.array(modelDomain),
  /** all that the model knows, where that is little enough to list; a model without lists never warns */
  subjects: z.array(z.string()).min(1).optional(),
  colors: z.array(z.string()).default([]),
  /** what else it understands: sizes, places, what stands behind */
  words: z.array(z.string()).default([]),
  /** how many things, each in a colour of its own, a picture can show */
  thingsAtOnce: z.int().positive().default(1),
  /** `{phrase}`, `{subject}`; the framed forms also `{steps}`. A grid without a form is one the model lacks. */
  prompts: z.object({
    nine: z.string().optional(),
    four: z.string().optional(),
    nineSteps: z.string().optional(),
    fourSteps: z.string().optional(),
  }),
  /**
   * cells that the adapters were trained to see clean, counted row by row from 0; those of interpolation
   * are given to a model without that adapter too, or else the first and the last of the snake
   */
  knownCells: z
    .object({
      recraft: z
        .object({ nine: z.tuple([cell(9)]).optional(), four: z.tuple([cell(4)]).optional() })
        .default({}),
      interpolation: z
        .object({
          layout: z.enum(["snake", "raster"]),
          cells: z.tuple([cell(4), cell(4)]).refine(([a, b]) => a !== b, "must be two cells"),
        })
        .optional(),
    })
    .default({ recraft: {} }),
  sampling: sampling.partial({ guidance: true, trueCfg: true, maskPadding: true }).extend({
    generate: sampling.partial().optional(),
    recraft: sampling.partial().optional(),
    interpolation: sampling.partial().optional(),
  }),
  /** LoRA files by name; only the names matter here */
  adapters: z.record(z.string(), z.unknown()).default({}),
  /** which of them holds the B for pages of nine frames, and which those for four; `asymmetric` by default */
  asymmetric: z.object({ nine: z.string().optional(), four: z.string().optional() }).default({}),
  /** ways to paint in fewer steps: each with a LoRA that was trained for that, by its name in `adapters` */
  presets: z
    .record(
      z.string(),
      sampling
        .pick({ steps: true })
        .extend({ lora: z.string().optional(), weight: z.number().default(1) }),
    )
    .default({}),
  /** of those adapters that are styles: the words that call each, and its usual weight */
  styles: z
    .record(
      z.string(),
      z.object({ trigger: z.string().default(""), weight: z.number().default(1) }),
    )
    .default({}),
  /** which styles of other folders fit it */
  transformer: modelSize.partial().default({}),
});

export type Model = z.infer<typeof modelFile>;
/** A domain that this model can paint: by LoRAs of its own, or by one that people trained, an absolute path. */
export type ModelDomain = z.infer<typeof modelDomain> & { loraFile?: string };
export type Sampling = z.infer<typeof sampling>;

/** Every cell of a page must be a whole number of latent pixels. */
const checkedModelFile = modelFile.superRefine((model, context) => {
  for (const frames of frameCounts(model)) {
    const unitPx = LATENT_PX * layoutFor(frames, "snake").columns;
    if (pagePx(model, frames) % unitPx !== 0)
      context.addIssue({
        code: "custom",
        path: ["pagePx"],
        message: `a page of ${frames} frames must be a multiple of ${unitPx} px`,
      });
  }
});

/** Reads `model.json` of a model folder. Throws `bad_model` with the first key that is wrong. */
export async function loadModel(modelDir: string): Promise<Model> {
  const file = path.join(modelDir, "model.json");
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new ProcedureError(
      "bad_model",
      `model: cannot read ${file}: ${reasonOf(error)}; is this a model folder?`,
    );
  }
  return parseModel(json, file);
}

/** @param file - where it came from, for the message */
export function parseModel(json: unknown, file = "model.json"): Model {
  const parsed = checkedModelFile.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ProcedureError("bad_model", `${file}: ${issue?.path.join(".")}: ${issue?.message}`);
}

/** Of a value that `model.json` gives for each grid, the one for so many frames. */
export function ofGrid<Each extends { nine?: unknown; four?: unknown }>(
  each: Each,
  frames: FrameCount,
): Each["nine"] | Each["four"] {
  return frames === 9 ? each.nine : each.four;
}

/** The same of a value that may be one for both. */
export function forFrames<Value extends string | number>(
  value: Value | { nine?: Value | undefined; four?: Value | undefined } | undefined,
  frames: FrameCount,
): Value | undefined {
  return typeof value === "object" ? ofGrid(value, frames) : value;
}

/** Which pages a domain is for. */
export function framesOf({ b, adapter, loraFile }: ModelDomain): FrameCount[] {
  return ([4, 9] as const).filter(
    (frames) => loraFile ?? forFrames(b, frames) ?? forFrames(adapter, frames),
  );
}

/** Adapters that are parts of the way a page is painted, and no styles. */
export function partsAmong({
  asymmetric,
  domains,
}: Pick<Model, "asymmetric" | "domains">): string[] {
  const named = domains.flatMap(({ adapter, recraft }) => [adapter, recraft]);
  const byFrames = named.flatMap((name) => [forFrames(name, 9), forFrames(name, 4)]);
  return [...byFrames, asymmetric.nine, asymmetric.four].filter((name) => name !== undefined);
}

export function pagePx(model: Pick<Model, "pagePx">, frames: FrameCount): number {
  return typeof model.pagePx === "number" ? model.pagePx : ofGrid(model.pagePx, frames);
}

/** The frame counts this model has a prompt form for. */
export function frameCounts({ prompts }: Pick<Model, "prompts">): FrameCount[] {
  return ([4, 9] as const).filter((frames) => ofGrid(prompts, frames) !== undefined);
}

export function samplingFor(model: Model, mode: SamplingMode): Sampling {
  const { steps, guidance = 3.5, trueCfg = 1, maskPadding = false } = model.sampling;
  const own = model.sampling[mode] ?? {};
  return {
    steps: own.steps ?? steps,
    guidance: own.guidance ?? guidance,
    trueCfg: own.trueCfg ?? trueCfg,
    maskPadding: own.maskPadding ?? maskPadding,
  };
}
