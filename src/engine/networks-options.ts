// From the settings to what every session of a model is opened with: the variant is settled here.
import { resolve } from "node:path";
import type { ModelConfig } from "./models/config.js";
import type { NetworksOptions } from "./networks.js";
import type { EngineSettings } from "./request.js";
import { formOf, placement, settle, type Settlement } from "./variants/index.js";
import { openWeights } from "./weights/source.js";

/** @throws EngineError `no_device` where the model cannot be run as the settings say */
export async function networksOptions(
  folder: string,
  config: ModelConfig,
  settings: EngineSettings = {},
): Promise<NetworksOptions> {
  const { threads, cacheFolder } = settings;
  const settlement = await settled(folder, config, settings);
  const { variant, isSmall } = settlement;
  return {
    ...placement(config, settlement, settings.tiles),
    variant: variant.name,
    loras: variant.loras,
    modulation: isSmall ? "inside" : variant.modulation,
    form: formOf(variant),
    cacheFolder,
    threads,
  };
}

/** @throws EngineError `no_device` */
export function settled(
  folder: string,
  config: ModelConfig,
  { provider, variant, cacheFolder }: EngineSettings,
): Promise<Settlement> {
  const dtypes = async () => {
    const { tensors } = await openWeights(resolve(folder, config.transformer.file), "transformer");
    return new Set<string>([...tensors.values()].map(({ dtype }) => dtype));
  };
  return settle(config, { wish: { provider, variant }, folder: cacheFolder, dtypes });
}
