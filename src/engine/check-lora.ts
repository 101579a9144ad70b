// A LoRA held against a model before anybody paints with it: what it changes, and what of it finds no place.
import { basename } from "node:path";
import { EngineError } from "./error.js";
import { readModelConfig, type FluxConfig } from "./models/config.js";
import { fluxTransformer } from "./models/flux.js";
import { fingerprint } from "./weights/fingerprint.js";
import { domainCount, openLora, readFinite, type LoraFile } from "./weights/lora/index.js";

export interface CheckedLora {
  /** a fingerprint of the file */
  version: string;
  /** of the transformer that it fits */
  size: Pick<FluxConfig, "hiddenSize" | "depth" | "depthSingle">;
  /** how many layers it changes */
  layers: number;
  /** what a person should know, such as the tensors that are left out */
  warnings: string[];
}

/**
 * Reads all of a plain LoRA that a model would use.
 * @throws EngineError `no_such_file`, `bad_model_config`, or `bad_weights` that says what is wrong
 */
export async function checkLora(modelDir: string, path: string): Promise<CheckedLora> {
  const { transformer } = await readModelConfig(modelDir);
  const { hiddenSize, depth, depthSingle } = transformer;
  const file = await openLoraFor(transformer, path);
  const domains = domainCount(file);
  if (domains > 0)
    throw new EngineError(
      "bad_weights",
      `${basename(path)} is an asymmetric LoRA of ${domains} domains, and no style; a model folder names it as asymmetric in the adapters of its model.json`,
    );
  for (const { down, ups, bias } of file.branches)
    readFinite(file, [down, ...ups.values(), ...(bias === undefined ? [] : [bias])]);
  readFinite(file, file.norms);
  return {
    version: await fingerprint(path),
    size: { hiddenSize, depth, depthSingle },
    layers: new Set(file.branches.map(({ module }) => module.name)).size,
    warnings: file.warnings.map(({ message }) => message),
  };
}

export function openLoraFor(transformer: FluxConfig, path: string): Promise<LoraFile> {
  const { lowRankModules, weights } = fluxTransformer(transformer, { takesLora: "all" });
  const norms = new Map([...weights].filter(([key]) => key.endsWith("_norm.scale")));
  return openLora(path, lowRankModules, norms);
}
