// From a configuration to a finished run.
import path from "node:path";
import type { Device } from "../engine/train/index.js";
import { adapterFrom, type AdapterRunOptions } from "./adapter-run.js";
import { autoencoderObjective } from "./autoencoder.js";
import { baseObjective } from "./base.js";
import { domainObjective } from "./domain.js";
import type { LoadedConfig, TrainingConfig, WorldConfig } from "./config.js";
import { train, type TrainingProgress } from "./loop.js";
import type { Objective } from "./objective.js";
import { createOptimizer } from "./optimizer.js";
import { makeWorldData } from "./world-data.js";
import { borrowBase } from "./model-folder.js";
import { prepareWorldModel } from "./world-model.js";

export interface RunOptions {
  signal?: AbortSignal;
  /** the processor where none is given */
  device?: Device;
  /** after every step of a training */
  onStep?: (progress: TrainingProgress) => void;
  /** after every sequence of the world, or page of one's own, that was encoded */
  onSequence?: (done: number, all: number) => void;
  /** told of what stops nothing */
  onWarning?: (message: string) => void;
}

type LearningConfig = Exclude<TrainingConfig, WorldConfig>;

/** Does what the configuration says, from where it was stopped. */
export async function runTraining(loaded: LoadedConfig, options: RunOptions = {}): Promise<void> {
  const { config, folder } = loaded;
  const { signal, device, onStep, onSequence, onWarning } = options;
  const at = (relative: string) => path.resolve(folder, relative);
  if (config.kind === "world") {
    if (config.base !== undefined) await borrowBase(at(config.base), at(config.model));
    await prepareWorldModel(at(config.model), config);
    return makeWorldData({
      ...config,
      modelDir: at(config.model),
      folder: at(config.folder),
      ...(signal && { signal }),
      ...(device && { device }),
      ...(onSequence && { onProgress: onSequence }),
    });
  }
  const objective = await objectiveOf(config, at, options);
  try {
    await train(objective, {
      out: at(config.out),
      origin: loaded,
      ...(config.start !== undefined && { start: at(config.start) }),
      optimizer: (parameters) => createOptimizer(parameters, config.optimizer),
      learningRate: { ...config.learningRate, steps: config.steps },
      ...(config.accumulate !== undefined && { accumulate: config.accumulate }),
      clip: config.clip,
      average: config.average,
      saveEverySeconds: config.saveEverySeconds,
      previewEverySteps: config.previewEverySteps,
      ...(signal && { signal }),
      ...(onStep && { onStep }),
      ...(onWarning && { onWarning }),
    });
  } finally {
    await objective.close();
  }
}

function objectiveOf(
  config: LearningConfig,
  at: (relative: string) => string,
  { signal, device, onSequence }: RunOptions,
): Promise<Objective> {
  const modelDir = at(config.model);
  const steps = config.steps * (config.accumulate ?? 1); // an objective counts batches
  const adapterOptions: AdapterRunOptions = {
    at,
    ...(signal && { signal }),
    ...(device && { device }),
    ...(onSequence && { onPage: onSequence }),
  };
  switch (config.kind) {
    case "autoencoder":
      return autoencoderObjective({ ...config, steps, modelDir, device });
    case "base": {
      const data = { ...config.data, folder: at(config.data.folder) };
      return baseObjective({ ...config, steps, modelDir, data, device });
    }
    case "domain":
      return domainObjective(config, adapterOptions);
    default:
      return adapterFrom(config, adapterOptions);
  }
}
