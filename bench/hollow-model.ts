// A model folder with FLUX.1-dev's names and shapes in bfloat16, whose numbers are holes in the files: the
// system reads zeros and stores nothing. For what is measured without its weights; text is left out.
import { truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fluxDev } from "../src/doctor/flux-dev.js";
import { graphsOf } from "../src/engine/model-weights.js";
import type { ModelConfig } from "../src/engine/models/config.js";
import { headerOf, streamBytes } from "../src/engine/weights/write.js";

/** @param depth - double and single blocks; undefined: all 19 and 38 */
export function hollowConfig(depth?: number): ModelConfig {
  const { transformer, autoencoder } = fluxDev;
  const blocks = depth === undefined ? {} : { depth, depthSingle: depth };
  return {
    ...fluxDev,
    transformer: { ...transformer, ...blocks, file: "transformer.safetensors" },
    autoencoder: { ...autoencoder, file: "autoencoder.safetensors" },
  };
}

export async function writeHollowModel(folder: string, config: ModelConfig): Promise<void> {
  for (const kind of ["transformer", "autoencoder"] as const) {
    const shapes = new Map(graphsOf[kind](config).flatMap(({ weights }) => [...weights]));
    const tensors = [...shapes].map(([name, shape]) => ({ name, shape, dtype: "BF16" as const }));
    const stream = { tensors, read: () => [] };
    const header = headerOf([stream], {});
    const path = join(folder, config[kind].file);
    await writeFile(path, header);
    await truncate(path, header.length + streamBytes(stream));
  }
}
