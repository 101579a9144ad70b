// The files that a model's sessions run on: those of its folder, or what was made of them once.
import { resolve } from "node:path";
import type { Graph } from "./graph/index.js";
import { decoder, encoder } from "./models/autoencoder.js";
import { clipTextEncoder } from "./models/clip.js";
import type { ModelConfig } from "./models/config.js";
import { fluxTransformer } from "./models/flux.js";
import { t5Encoder } from "./models/t5.js";
import { runnableWeights, type ConvertOptions } from "./weights/convert/convert.js";
import type { CheckpointKind } from "./weights/layouts/checkpoint.js";

/** All graphs of each checkpoint. LoRAs are no part of it. */
export const graphsOf: Record<CheckpointKind, (config: ModelConfig) => Graph[]> = {
  transformer: ({ transformer }) => [fluxTransformer(transformer, { takesLora: false })],
  autoencoder: ({ autoencoder }) => [encoder(autoencoder), decoder(autoencoder)],
  t5: ({ t5 }) => [t5Encoder(t5)],
  clip: ({ clip }) => [clipTextEncoder(clip)],
};

export type ModelWeightsOptions = Omit<ConvertOptions, "kind" | "graphs">;

/**
 * @param form - of the transformer; the other networks are run as they are
 * @throws EngineError `no_such_file`, `bad_weights`, `cannot_write`, `cancelled`
 */
export function modelWeights(
  folder: string,
  config: ModelConfig,
  kind: CheckpointKind,
  { form, ...options }: ModelWeightsOptions,
): Promise<string> {
  return runnableWeights(resolve(folder, config[kind].file), {
    ...options,
    kind,
    form: kind === "transformer" ? form : undefined,
    graphs: () => graphsOf[kind](config),
  });
}
