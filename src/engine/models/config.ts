// The part of a model folder's `model.json` that the engine reads: dimensions and file names. One
// code serves every size; all dimensions come from here.
import { readFile } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { z } from "zod";
import { EngineError } from "../error.js";

/** Ten times what any FLUX has: a typing error must not build a graph without end. */
const size = z.number().int().positive().max(400_000);
const count = z.number().int().nonnegative().max(400);
/**
 * In the model folder, or an absolute path of weights that lie elsewhere. On no network share: Windows would
 * show the share's owner who asks for it.
 */
const fileName = z
  .string()
  .min(1)
  .refine(
    (name) => !/^[\\/]{2}/.test(name) && (isAbsolute(name) || !name.split(/[\\/]/).includes("..")),
    "must be inside the model folder, or an absolute path that is no network share",
  );

export const fluxConfig = z
  .object({
    file: fileName,
    inChannels: size,
    hiddenSize: size,
    numHeads: size,
    mlpRatio: z.number().positive(),
    depth: count,
    depthSingle: count,
    axesDim: z.array(size.multipleOf(2)).length(3),
    theta: z.number().positive(),
    contextDim: size,
    vecDim: size,
    guidanceEmbed: z.boolean(),
  })
  .refine(
    (c) => c.axesDim.reduce((sum, dim) => sum + dim, 0) === c.hiddenSize / c.numHeads,
    "axesDim must sum to hiddenSize / numHeads",
  );

export const autoencoderConfig = z.object({
  file: fileName,
  ch: size.multipleOf(32),
  chMult: z.array(size).min(1).max(8),
  numResBlocks: count.min(1),
  zChannels: size,
  /** of every GroupNorm; the published ones have 32 */
  normGroups: z.literal([1, 2, 4, 8, 16, 32]).default(32),
  scaleFactor: z.number().positive(),
  shiftFactor: z.number(),
});

const tokenizer = {
  /** folder with tokenizer.json and tokenizer_config.json */
  tokenizer: fileName.optional(),
  /** tokens, padded and cut */
  maxLength: size.optional(),
};

export const t5Config = z.object({
  file: fileName,
  ...tokenizer,
  vocabSize: size,
  dModel: size,
  dKv: size,
  dFf: size,
  numLayers: count,
  numHeads: size,
});

export const clipConfig = z.object({
  file: fileName,
  ...tokenizer,
  vocabSize: size,
  hiddenSize: size,
  intermediateSize: size,
  numLayers: count,
  numHeads: size,
});

const colour = z.array(z.number()).length(3);

export const modelConfig = z.object({
  name: z.string(),
  transformer: fluxConfig,
  autoencoder: autoencoderConfig,
  t5: t5Config,
  clip: clipConfig,
  /** LoRA files by name; `asymmetric` has one B a domain */
  adapters: z.record(z.string(), fileName).default({}),
  /** linear map of latents to colours, for pictures on the way: a row a channel */
  latentRgb: z.object({ weights: z.array(colour).max(1000), bias: colour }).optional(),
});

export type FluxConfig = z.infer<typeof fluxConfig>;
export type AutoencoderConfig = z.infer<typeof autoencoderConfig>;
export type T5Config = z.infer<typeof t5Config>;
export type ClipConfig = z.infer<typeof clipConfig>;
export type ModelConfig = z.infer<typeof modelConfig>;

/** @throws EngineError `no_such_file`, or `bad_model_config` naming the first field that is wrong */
export async function readModelConfig(folder: string): Promise<ModelConfig> {
  const path = join(folder, "model.json");
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new EngineError("no_such_file", `cannot read ${path}: is this a model folder?`, {
      cause: error,
    });
  }
  try {
    return modelConfig.parse(JSON.parse(text));
  } catch (error) {
    const issue = error instanceof z.ZodError ? error.issues[0] : undefined;
    const what = issue ? `${issue.path.join(".") || "the whole"}: ${issue.message}` : "not JSON";
    throw new EngineError("bad_model_config", `${path}: ${what}`, { cause: error });
  }
}
