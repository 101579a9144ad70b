// The chain of trainings at a size that takes seconds: frames of 16 px, networks of a few layers.
import { writeFileSync } from "node:fs";
import path from "node:path";
import {
  autoencoderTraining,
  initialize,
  writeSafetensors,
  type AutoencoderSize,
} from "#src/engine/train/index.js";
import { updateModelJson } from "#src/training/model-folder.js";
import { prepareWorldModel } from "#src/training/world-model.js";

export const FRAME_PX = 16;
export const SEQUENCES = 21;

export const network: AutoencoderSize = {
  ch: 32,
  chMult: [1, 1, 1, 1],
  numResBlocks: 1,
  zChannels: 16,
  normGroups: 32,
};

export const autoencoder = {
  kind: "autoencoder",
  out: "autoencoder",
  model: "model",
  steps: 12,
  network,
  framePx: FRAME_PX,
  batch: 1,
  pageShare: { early: 0, late: 0 },
  learningRate: { peak: 0.001 },
};

export const world = {
  kind: "world" as const,
  model: "model",
  name: "tiny",
  folder: "latents",
  seed: 1,
  sequences: SEQUENCES,
  framePx: FRAME_PX,
  networks: {
    transformer: {
      file: "flux.safetensors",
      inChannels: 64,
      hiddenSize: 32,
      numHeads: 2,
      mlpRatio: 2,
      depth: 1,
      depthSingle: 1,
      axesDim: [4, 6, 6],
      theta: 10_000,
      contextDim: 16,
      vecDim: 16,
      guidanceEmbed: false,
    },
    t5: {
      file: "t5.safetensors",
      maxLength: 8,
      dModel: 16,
      dKv: 8,
      dFf: 32,
      numLayers: 1,
      numHeads: 2,
    },
    clip: {
      file: "clip.safetensors",
      maxLength: 77,
      hiddenSize: 16,
      intermediateSize: 32,
      numLayers: 1,
      numHeads: 2,
    },
  },
};

const { folder, seed, sequences, framePx } = world;

export const base = {
  kind: "base",
  out: "base",
  model: "model",
  data: { folder, seed, sequences, framePx },
  batch: { finished: 2, four: 1, nine: 1 },
  sheetShare: 0.3,
  steps: 16,
  optimizer: { name: "muon" },
  learningRate: { peak: 0.001 },
  saveEverySeconds: 1e-6,
};

export type Config = { kind: string } & Record<string, unknown>;

/** Writes configurations into a folder, each called after its kind or `name`. */
export function writeConfig(root: string, config: Config, name = config.kind): string {
  const file = path.join(root, `${name}.json`);
  writeFileSync(file, JSON.stringify(config));
  return file;
}

/** A model folder whose autoencoder has learnt nothing, and whose other weights are not there yet. */
export async function writeModel(modelDir: string): Promise<void> {
  const size = { batch: 1, height: FRAME_PX, width: FRAME_PX };
  const { weights } = autoencoderTraining(network, size);
  const parameters = initialize(weights, 1);
  await prepareWorldModel(modelDir, world);
  await writeSafetensors(
    path.join(modelDir, "ae.safetensors"),
    new Map(parameters.map(({ name, shape, value }) => [name, { shape, data: value }])),
    { dtype: "F16" },
  );
  const written = { file: "ae.safetensors", ...network, scaleFactor: 1, shiftFactor: 0 };
  await updateModelJson(modelDir, (model) => ({ ...model, autoencoder: written }));
}
