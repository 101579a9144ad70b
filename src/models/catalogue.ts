// What can be fetched, as data: a row a thing, where it lies and on whose terms. Sizes are round and for
// people who choose; the hub's own are asked before anything is fetched.

export interface Model {
  id: string;
  what: string;
  repository: string;
  /** paths in the repository */
  files: readonly string[];
  /** of all files, rounded, in bytes; left out where nobody has measured it */
  aboutBytes?: number;
  /** left out where the repository's own page has to say it */
  licence?: string;
  /** the hub wants an account that accepted the licence */
  isGated?: boolean;
  /** ids that are fetched along: it cannot run without them */
  parts?: readonly string[];
  /** ids of which one is needed to make use of it, and which nobody fetches unasked */
  on?: readonly string[];
  /** it holds a B for each domain of so many frames, and one can be fetched alone */
  domainFrames?: 4 | 9;
}

const FLUX_LICENCE = "FLUX.1 [dev] Non-Commercial License";
const FLUX = { repository: "black-forest-labs/FLUX.1-dev", licence: FLUX_LICENCE, isGated: true };
const KIJAI = { repository: "Kijai/flux-fp8", licence: FLUX_LICENCE };
const ENCODERS = { repository: "comfyanonymous/flux_text_encoders" };
const MAKEANYTHING = { repository: "showlab/makeanything", on: ["flux1-dev", "flux1-dev-fp8"] };
const HYPER = { repository: "ByteDance/Hyper-SD", on: MAKEANYTHING.on, aboutBytes: 1.39e9 };
const TOKENIZERS = ["clip-tokenizer", "t5-tokenizer"];
const OTHERS_16 = ["ae", "t5xxl-fp16", "clip-l", ...TOKENIZERS];
const OTHERS_8 = ["ae", "t5xxl-fp8", "clip-l", ...TOKENIZERS];

export const CATALOGUE: readonly Model[] = [
  {
    ...FLUX,
    id: "flux1-dev",
    what: "FLUX.1-dev, the transformer, bf16",
    files: ["flux1-dev.safetensors"],
    aboutBytes: 23.8e9,
    parts: OTHERS_16,
  },
  {
    ...KIJAI,
    id: "flux1-dev-fp8",
    what: "FLUX.1-dev, the transformer, fp8",
    files: ["flux1-dev-fp8.safetensors"],
    aboutBytes: 11.9e9,
    parts: OTHERS_8,
  },
  { ...FLUX, id: "ae", what: "the autoencoder", files: ["ae.safetensors"], aboutBytes: 335e6 },
  {
    ...ENCODERS,
    id: "t5xxl-fp16",
    what: "the text encoder T5 XXL, f16",
    files: ["t5xxl_fp16.safetensors"],
    aboutBytes: 9.8e9,
    licence: "Apache-2.0",
  },
  {
    ...ENCODERS,
    id: "t5xxl-fp8",
    what: "the text encoder T5 XXL, fp8",
    files: ["t5xxl_fp8_e4m3fn.safetensors"],
    aboutBytes: 4.9e9,
    licence: "Apache-2.0",
  },
  {
    ...ENCODERS,
    id: "clip-l",
    what: "the text encoder CLIP L, f16",
    files: ["clip_l.safetensors"],
    aboutBytes: 246e6,
    licence: "MIT",
  },
  {
    id: "clip-tokenizer",
    what: "CLIP's tokenizer",
    repository: "openai/clip-vit-large-patch14",
    files: ["tokenizer.json", "tokenizer_config.json"],
    licence: "MIT",
  },
  {
    ...FLUX,
    id: "t5-tokenizer",
    what: "T5's tokenizer",
    files: ["tokenizer_2/tokenizer.json", "tokenizer_2/tokenizer_config.json"],
  },
  {
    ...MAKEANYTHING,
    id: "makeanything-9f",
    what: "MakeAnything, ten domains of 9 frames; --domain fetches one, 613 MB",
    files: ["asymmetric_lora/asymmetric_lora_9f_general.safetensors"],
    aboutBytes: 4.11e9,
    domainFrames: 9,
  },
  {
    ...MAKEANYTHING,
    id: "makeanything-4f",
    what: "MakeAnything, eleven domains of 4 frames; --domain fetches one, 613 MB",
    files: ["asymmetric_lora/asymmetric_lora_4f_general.safetensors"],
    aboutBytes: 8.38e9,
    domainFrames: 4,
  },
  {
    ...MAKEANYTHING,
    id: "makeanything-9f-oil",
    what: "MakeAnything, oil painting in 9 frames, a plain LoRA",
    files: ["asymmetric_lora/asymmetric_lora_9f_oil.safetensors.safetensors"],
    aboutBytes: 153e6,
  },
  recraft("recraft-9f-lego", "LEGO"),
  recraft("recraft-9f-portrait", "portrait"),
  recraft("recraft-9f-sketch", "sketch"),
  recraft("recraft-4f-wood-sculpture", "wood sculpture"),
  merged("makeanything-9f-lego-fp8", "LEGO"),
  merged("makeanything-9f-portrait-fp8", "portrait"),
  merged("makeanything-9f-sketch-fp8", "sketch"),
  merged("makeanything-4f-wood-sculpture-fp8", "wood sculpture"),
  {
    ...HYPER,
    id: "hyper-flux-8",
    what: "8 steps for a picture, at weight 0.125",
    files: ["Hyper-FLUX.1-dev-8steps-lora.safetensors"],
  },
  {
    ...HYPER,
    id: "hyper-flux-16",
    what: "16 steps for a picture, at weight 0.125",
    files: ["Hyper-FLUX.1-dev-16steps-lora.safetensors"],
  },
  {
    id: "turbo-alpha",
    what: "8 steps for a picture, at weight 1",
    repository: "alimama-creative/FLUX.1-Turbo-Alpha",
    files: ["diffusion_pytorch_model.safetensors"],
    aboutBytes: 694e6,
    licence: FLUX_LICENCE,
    on: MAKEANYTHING.on,
  },
];

function recraft(id: string, domain: string): Model {
  const file = `recraft/${id.replaceAll("-", "_")}.safetensors`;
  const what = `ReCraft of ${domain}: from a picture to its steps`;
  return { ...MAKEANYTHING, id, what, files: [file], aboutBytes: 2.45e9 };
}

function merged(id: string, domain: string): Model {
  const name = id.replace(/^makeanything-(.*)-fp8$/, "$1").replaceAll("-", "_");
  return {
    id,
    what: `FLUX.1-dev with ${domain} merged in, fp8; what ReCraft of ${domain} was trained on`,
    repository: MAKEANYTHING.repository,
    files: [`flux_merge_lora/flux_merge_${name}-fp8_e4m3fn.safetensors`],
    aboutBytes: 11.9e9,
    parts: OTHERS_8,
  };
}
