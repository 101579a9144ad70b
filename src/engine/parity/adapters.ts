// LoRA files of a reference folder, by their name in model.json.
import { join } from "node:path";
import { EngineError } from "../error.js";
import type { Networks } from "../networks.js";
import type { LoraFile } from "../weights/lora/index.js";

export function openAdapter(networks: Networks, folder: string, name: string): Promise<LoraFile> {
  const file = networks.config.adapters[name];
  if (file === undefined)
    throw new EngineError("bad_model_config", `model.json names no adapter ${name}`);
  return networks.openLora(join(folder, file));
}
