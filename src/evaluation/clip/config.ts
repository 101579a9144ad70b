// A folder with CLIP's own weights, as Hugging Face has them: config.json, model.safetensors and the
// tokenizer's two files.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { ClipVisionSize } from "../../engine/network.js";
import { clipConfig, type ClipConfig } from "../../engine/train/index.js";
import { EvaluationError } from "../error.js";

export const WEIGHTS = "model.safetensors";

const size = z.int().positive().max(400_000);
const tower = {
  hidden_size: size,
  intermediate_size: size,
  num_hidden_layers: z.int().positive().max(400),
  num_attention_heads: size,
  hidden_act: z.literal("quick_gelu").default("quick_gelu"),
};

const file = z.object({
  projection_dim: size,
  text_config: z.object({ ...tower, vocab_size: size, max_position_embeddings: z.literal(77) }),
  vision_config: z
    .object({ ...tower, image_size: size.max(4096), patch_size: size })
    .refine(
      (c) => c.image_size % c.patch_size === 0,
      "image_size must be a multiple of patch_size",
    ),
});

export interface ClipModel {
  projection: number;
  text: ClipConfig;
  vision: ClipVisionSize;
}

/** @throws EvaluationError `bad_clip` that says what is not there, or not as CLIP's */
export async function readClipModel(folder: string): Promise<ClipModel> {
  const at = path.join(folder, "config.json");
  let json: unknown;
  try {
    json = JSON.parse(await readFile(at, "utf8"));
  } catch (error) {
    throw new EvaluationError(
      "bad_clip",
      `no CLIP weights in ${folder} (${(error as Error).message}): put openai/clip-vit-large-patch14 from Hugging Face there`,
      { cause: error },
    );
  }
  const parsed = file.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new EvaluationError("bad_clip", `${at}: ${issue?.path.join(".")}: ${issue?.message}`);
  }
  const { projection_dim, text_config: text, vision_config: vision } = parsed.data;
  const layers = (c: typeof text | typeof vision) => ({
    hiddenSize: c.hidden_size,
    intermediateSize: c.intermediate_size,
    numLayers: c.num_hidden_layers,
    numHeads: c.num_attention_heads,
  });
  return {
    projection: projection_dim,
    text: clipConfig.parse({ file: WEIGHTS, vocabSize: text.vocab_size, ...layers(text) }),
    vision: { ...layers(vision), imageSize: vision.image_size, patchSize: vision.patch_size },
  };
}
