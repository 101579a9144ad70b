// From the configuration to a record of this machine and of what lies on it.
import { stat } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { hub } from "./models-setup.js";
import { engineSettings } from "./settings.js";
import { type Config, embeddedModel } from "../config.js";
import {
  discover,
  lookAtMachine,
  lookAtModel,
  type Place,
  placesOf,
  type World,
} from "../doctor/index.js";
import { freeBytes } from "../free-bytes.js";

export async function lookAround(config: Config): Promise<World> {
  const { modelDir, dataDir, provider, variant } = config;
  const wish = { provider, variant };
  const { cacheFolder = dataDir } = engineSettings(config);
  const libraryPath = (process.env["LD_LIBRARY_PATH"] ?? "").split(path.delimiter).filter(Boolean);
  return {
    homeDir: homedir(),
    wish,
    model: await lookAtModel(modelDir, embeddedModel(), wish),
    ...(await discover(usualPlaces(config))),
    machine: await lookAtMachine(wish, cacheFolder, libraryPath),
    disk: {
      folder: dataDir,
      volume: (await stat(dataDir).catch(() => undefined))?.dev ?? 0,
      freeBytes: await freeBytes(dataDir),
    },
  };
}

/** Where weights may lie. */
export function usualPlaces({ dataDir, modelFolders }: Config): Place[] {
  return placesOf({
    env: process.env,
    homeDir: homedir(),
    platform: process.platform,
    cacheDir: hub().cacheDir,
    dataDir,
    modelFolders,
  });
}
