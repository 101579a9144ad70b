// From the settings to what every session of a model is opened with: the variant is settled here.
import { join } from "node:path";
import type { ModelConfig } from "./models/config.js";
import type { NetworksOptions } from "./networks.js";
import type { EngineSettings } from "./request.js";
import { settle } from "./variants/index.js";
import { openWeights } from "./weights/source.js";

/** @throws EngineError `no_device` where the model cannot be run as the settings say */
export async function networksOptions(
  folder: string,
  config: ModelConfig,
  { threads, cacheFolder, ...wish }: EngineSettings = {},
): Promise<NetworksOptions> {
  const dtypes = async () => {
    const { tensors } = await openWeights(join(folder, config.transformer.file), "transformer");
    return new Set<string>([...tensors.values()].map(({ dtype }) => dtype));
  };
  const { device, variant } = await settle(config, { wish, folder: cacheFolder, dtypes });
  return { device, loras: variant.loras, cacheFolder, ...(threads !== undefined && { threads }) };
}
