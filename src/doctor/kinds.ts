// What a file of weights is, from the names and shapes of its tensors: the networks of FLUX.1-dev, its
// relatives, and what else people keep in the same folders.
import type { CheckpointKind, WeightSource } from "../engine/index.js";

type Tensors = WeightSource["tensors"];

/** A tensor that a network has, under each of the names it may come with. */
const marks: Record<CheckpointKind, RegExp> = {
  transformer:
    /^(model\.diffusion_model\.)?(single_blocks\.0\.linear1|single_transformer_blocks\.0\.attn\.to_q)\.weight$/,
  autoencoder: /^(vae\.)?decoder\.conv_in\.weight$/,
  t5: /^(text_encoders\.t5xxl\.transformer\.)?encoder\.block\.0\.layer\.0\.SelfAttention\.q\.weight$/,
  clip: /^(text_encoders\.clip_l\.transformer\.)?text_model\.encoder\.layers\.0\.self_attn\.q_proj\.weight$/,
};

const KINDS = Object.keys(marks) as CheckpointKind[];

/** Networks like FLUX.1-dev's that seem to be there. */
export function kindsOf(tensors: Tensors): CheckpointKind[] {
  const names = [...tensors.keys()];
  return KINDS.filter((kind) => names.some((name) => marks[kind].test(name)));
}

export function looksLikeLora(tensors: Tensors): boolean {
  return [...tensors.keys()].some((name) =>
    /(lora_(down|up|ups|A|B)\b|\.lora\d?\.(down|up)\.|_lora\d?\.(down|up)\.)/.test(name),
  );
}

/** Of a transformer that is none of FLUX.1-dev, what it is where that can be told. */
export function relativeOf(tensors: Tensors): string | undefined {
  const names = [...tensors.keys()];
  const has = (part: string) => names.some((name) => name.includes(part));
  const input = names.find((name) => /(img_in|x_embedder)\.weight$/.test(name));
  const channels = input && tensors.get(input)!.shape[1];
  if (has("distilled_guidance_layer")) return "Chroma, which MakeAnything's LoRAs do not fit";
  if (channels === 384) return "FLUX.1-Fill, not FLUX.1-dev";
  if (channels === 128) return "FLUX.1-Canny or -Depth, not FLUX.1-dev";
  if (!has("guidance_in") && !has("guidance_embedder"))
    return "FLUX.1-schnell or of its kind, not FLUX.1-dev";
  return undefined;
}

/** What it is that nobody here can use. First the more special. */
const others: readonly (readonly [is: string, mark: RegExp])[] = [
  ["SDXL", /^(conditioner\.embedders\.|model\.diffusion_model\.label_emb\.|add_embedding\.)/],
  ["Stable Diffusion 3", /(^|\.)joint_blocks\.0\./],
  ["Stable Diffusion 1 or 2", /^(cond_stage_model|model\.diffusion_model\.input_blocks)\./],
  ["T5 in llama.cpp's names, which are not read here", /^enc\.blk\.0\./],
  ["a language model", /^(model\.)?(language_model\.)?(model\.)?layers\.0\.self_attn\.|^blk\.0\./],
  ["a U-Net of diffusers", /^down_blocks\.0\./],
  ["a ControlNet", /^(controlnet|control_model|input_hint_block|zero_convs)/],
  ["another transformer", /(^|\.)(transformer_)?blocks\.0\./],
];

export function otherKind(tensors: Tensors): string {
  const names = [...tensors.keys()];
  const known = others.find(([, mark]) => names.some((name) => mark.test(name)));
  return known?.[0] ?? "a model that is not known here";
}

/** BF16 as people write it. */
export const sayTypes = ([first = "nothing"]: readonly string[]): string =>
  first.startsWith("F8_")
    ? `fp8 ${first.slice(3)}`
    : first.replace(/^(B?F)/, (f) => f.toLowerCase());
