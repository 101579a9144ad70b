// The dimensions of FLUX.1-dev and its companions.
import type { ModelConfig } from "#src/engine/models/config.js";

export const fluxDev: ModelConfig = {
  name: "flux1-dev",
  transformer: {
    file: "flux1-dev.safetensors",
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
    file: "ae.safetensors",
    ch: 128,
    chMult: [1, 2, 4, 4],
    numResBlocks: 2,
    zChannels: 16,
    scaleFactor: 0.3611,
    shiftFactor: 0.1159,
  },
  t5: {
    file: "t5xxl_fp16.safetensors",
    maxLength: 512,
    vocabSize: 32128,
    dModel: 4096,
    dKv: 64,
    dFf: 10240,
    numLayers: 24,
    numHeads: 64,
  },
  clip: {
    file: "clip_l.safetensors",
    maxLength: 77,
    vocabSize: 49408,
    hiddenSize: 768,
    intermediateSize: 3072,
    numLayers: 12,
    numHeads: 12,
  },
  adapters: {},
};
