// FLUX.1-dev as MakeAnything was trained on it: its dimensions, and all of a model.json that depends on no
// file. Phrases are the authors' own where their figures show them.
import type { ModelConfig } from "../engine/index.js";

type Network = "transformer" | "autoencoder" | "t5" | "clip";
type Dimensions<Name extends Network> = Omit<ModelConfig[Name], "file" | "tokenizer">;

export const NAME = "flux1-dev";

export const dimensions: { [Name in Network]: Dimensions<Name> } = {
  transformer: {
    inChannels: 64,
    hiddenSize: 3072,
    numHeads: 24,
    mlpRatio: 4,
    depth: 19,
    depthSingle: 38,
    axesDim: [16, 56, 56],
    theta: 10000,
    contextDim: 4096,
    vecDim: 768,
    guidanceEmbed: true,
  },
  autoencoder: {
    ch: 128,
    chMult: [1, 2, 4, 4],
    numResBlocks: 2,
    zChannels: 16,
    normGroups: 32,
    scaleFactor: 0.3611,
    shiftFactor: 0.1159,
  },
  t5: {
    maxLength: 512,
    vocabSize: 32128,
    dModel: 4096,
    dKv: 64,
    dFf: 10240,
    numLayers: 24,
    numHeads: 64,
  },
  clip: {
    maxLength: 77,
    vocabSize: 49408,
    hiddenSize: 768,
    intermediateSize: 3072,
    numLayers: 12,
    numHeads: 12,
  },
};

/** What any file is held against. */
export const fluxDev: ModelConfig = {
  name: NAME,
  transformer: { file: "transformer", ...dimensions.transformer },
  autoencoder: { file: "autoencoder", ...dimensions.autoencoder },
  t5: { file: "t5", ...dimensions.t5 },
  clip: { file: "clip", ...dimensions.clip },
  adapters: {},
};

export const pagePx = { nine: 1056, four: 1024 };

export const prompts = {
  nine: "3*3 of 9 sub-images, step-by-step {phrase}, {subject}",
  four: "2*2 of 4 sub-images, step-by-step {phrase}, {subject}",
  nineSteps: "3*3 of 9 sub-images, step-by-step {phrase}, {subject}, {steps}",
  fourSteps: "2*2 of 4 sub-images, step-by-step {phrase}, {subject}, {steps}",
};

/** The last step: bottom right of nine, and bottom left of four. */
export const knownCells = { recraft: { nine: [8], four: [2] } };

export const sampling = {
  steps: 25,
  guidance: 3.5,
  maskPadding: false,
  recraft: { steps: 20, guidance: 1, maskPadding: true },
};

/** Of the B of the asymmetric LoRAs, in their order; the first ten are those of nine frames. */
export const phrases: Record<string, string> = {
  lego: "LEGO Brickheadz building process",
  cook: "cooking process",
  painting: "painting process",
  icon: "icon design process",
  landscape: "landscape create process",
  portrait: "portrait painting process",
  transformer: "transformers from vehicles to robots",
  sand_art: "sand art creation process",
  illustration: "illustration drawing process",
  sketch: "sketch drawing process",
  clay_toys: "clay making process",
  clay_sculpture: "pottery making process",
  zbrush: "zbrush modelling process",
  wood_sculpture: "wood carving process",
  ink_painting: "Chinese painting process",
  pencil_sketch: "sketch painting process",
  fabric_toys: "wool fabric making process",
  oil_painting: "oil painting process",
  jade_carving: "carving process",
  line_draw: "line draw process",
  emoji: "emoji design process",
};

export const B_OF_NINE = 10;
