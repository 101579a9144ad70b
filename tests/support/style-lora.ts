// A style for the embedded model: what one of its domains adds, as a plain LoRA in a file of its own.
import { readFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "#src/config.js";
import {
  openSafetensors,
  readFloats,
  type TensorToWrite,
  writeSafetensors,
} from "#src/engine/train/index.js";

/** @param extra - tensors beside it, or in place of its own */
export async function writeStyleLora(
  file: string,
  { b = 5, extra = {} }: { b?: number; extra?: Record<string, TensorToWrite> } = {},
): Promise<void> {
  const embedded = path.join(packageRoot(), "models", "embedded");
  const { adapters } = JSON.parse(readFileSync(path.join(embedded, "model.json"), "utf8")) as {
    adapters: { asymmetric: string };
  };
  const asymmetric = await openSafetensors(path.join(embedded, adapters.asymmetric));
  const tensors = new Map<string, TensorToWrite>();
  for (const [key, { shape }] of asymmetric.tensors) {
    const [, of] = /\.lora_ups\.(\d+)\./.exec(key) ?? [];
    if (of !== undefined && Number(of) !== b - 1) continue;
    const name = key.replace(/lora_ups\.\d+/, "lora_up");
    tensors.set(name, { shape, data: readFloats(asymmetric, [key])[0]! });
  }
  for (const [name, tensor] of Object.entries(extra)) tensors.set(name, tensor);
  await writeSafetensors(file, tensors, { dtype: "F16" });
}
