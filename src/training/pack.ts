// What a run has learnt and its curve, in few bytes, where its configuration's `start` says: to be carried
// to another machine, where the same command goes on from it.
import path from "node:path";
import { packCheckpoint } from "./checkpoint.js";
import { loadTrainingConfig } from "./config.js";
import { TrainingError } from "./error.js";
import { packLog } from "./log.js";

/** @returns the packed file. @throws TrainingError `bad_config` where the configuration names no `start` */
export async function packRun(configFile: string): Promise<string> {
  const { config, folder } = await loadTrainingConfig(configFile);
  if (config.kind === "world" || config.start === undefined)
    throw new TrainingError(
      "bad_config",
      `${configFile}: start: say where the packed checkpoint goes`,
    );
  const to = path.resolve(folder, config.start);
  const out = path.resolve(folder, config.out);
  await packCheckpoint(path.join(out, "checkpoint.safetensors"), to, config.steps);
  await packLog(out, to);
  return to;
}
