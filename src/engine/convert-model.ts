// A model's weights made ready ahead, so that the first picture need not wait for it.
import { join } from "node:path";
import { modelWeights, type ModelWeightsOptions } from "./model-weights.js";
import { readModelConfig } from "./models/config.js";
import { settled } from "./networks-options.js";
import type { EngineSettings } from "./request.js";
import { formOf, variants } from "./variants/index.js";

export interface ConvertedModel {
  /** the variant's name */
  variant: string;
  /** what was made, now or before; none where the variant runs on the model's own files */
  files: string[];
}

/**
 * Converts for the variant that would be chosen here, or for the named one, whether it can run here or not.
 * @throws EngineError `no_device`, `no_such_file`, `bad_model_config`, `bad_weights`, `cannot_write`, `cancelled`
 */
export async function convertModel(
  folder: string,
  settings: EngineSettings,
  watch: Omit<ModelWeightsOptions, "form" | "cacheFolder">,
): Promise<ConvertedModel> {
  const config = await readModelConfig(folder);
  const variant =
    variants.find(({ name }) => name === settings.variant) ??
    (await settled(folder, config, settings)).variant;
  const { cacheFolder } = settings;
  const files: string[] = [];
  for (const kind of ["transformer", "autoencoder", "t5", "clip"] as const) {
    const options = { ...watch, form: formOf(variant), cacheFolder };
    const path = await modelWeights(folder, config, kind, options);
    if (path !== join(folder, config[kind].file)) files.push(path);
  }
  return { variant: variant.name, files };
}
