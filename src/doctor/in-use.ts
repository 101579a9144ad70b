// The model that is painted with: each file that its model.json names, held against it.
import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import { sayFault } from "./fault.js";
import type { ModelInUse } from "./world.js";
import {
  checkWeights,
  type CheckpointKind,
  EngineError,
  isForProcessor,
  type ModelConfig,
  readModelConfig,
  sketchLora,
  type Wish,
} from "../engine/index.js";
import { weightsBytes } from "../workers/index.js";

const NETWORKS: readonly CheckpointKind[] = ["transformer", "autoencoder", "t5", "clip"];

export async function lookAtModel(folder: string, ours: string, wish: Wish): Promise<ModelInUse> {
  const model: ModelInUse = {
    folder,
    name: path.basename(folder),
    isOurs: (await realpath(folder).catch(() => folder)) === ours,
    sizeBytes: await weightsBytes(folder),
    isSmall: false,
    loras: [],
    faults: [],
    warnings: [],
  };
  try {
    const config = await readModelConfig(folder);
    model.name = config.name;
    model.transformer = config.transformer;
    model.isSmall = isForProcessor(config.transformer, wish);
    await lookAtFiles(model, config);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    model.faults.push(error.message);
  }
  return model;
}

async function lookAtFiles(model: ModelInUse, config: ModelConfig): Promise<void> {
  const at = (file: string) => path.resolve(model.folder, file);
  for (const kind of NETWORKS) {
    const file = at(config[kind].file);
    await note(model, kind, file, async () => {
      const { dtypes, sizeBytes, warnings } = await checkWeights(file, kind, config);
      if (kind === "transformer")
        model.weights = { dtypes, sizeBytes, volume: await volumeOf(file) };
      return warnings;
    });
  }
  for (const [name, file] of Object.entries(config.adapters))
    await note(model, name, at(file), async () => {
      const { sizeBytes, warnings } = await sketchLora(at(file), config);
      model.loras.push({ sizeBytes, volume: await volumeOf(at(file)) });
      return warnings;
    });
  for (const kind of ["t5", "clip"] as const)
    for (const name of ["tokenizer.json", "tokenizer_config.json"]) {
      const file = path.join(at(config[kind].tokenizer ?? ""), name);
      const isThere = await stat(file).catch(() => undefined);
      if (!isThere) model.faults.push(`${kind}: ${file} is not there`);
    }
}

const volumeOf = async (file: string): Promise<number> => (await stat(file)).dev;

async function note(
  model: ModelInUse,
  what: string,
  file: string,
  look: () => Promise<string[]>,
): Promise<void> {
  try {
    model.warnings.push(...(await look()).map((warning) => `${what}: ${warning}`));
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    model.faults.push(`${what}: ${await sayFault(file, error)}`);
  }
}
