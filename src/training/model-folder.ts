// The folder of a model that learns from the world: its `model.json`, which grows as its parts do.
import { cp, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { readModelConfig } from "../engine/train/index.js";

/** Empty where there is none. */
export async function readModelJson(modelDir: string): Promise<Record<string, unknown>> {
  const text = await readFile(path.join(modelDir, "model.json"), "utf8").catch(() => "{}");
  return JSON.parse(text) as Record<string, unknown>;
}

/** Reads what there is, lets `change` add to it, and writes it whole. */
export async function updateModelJson(
  modelDir: string,
  change: (model: Record<string, unknown>) => Record<string, unknown>,
): Promise<void> {
  const file = path.join(modelDir, "model.json");
  const model = change(await readModelJson(modelDir));
  await writeFile(`${file}.writing`, `${JSON.stringify(model, null, 1)}\n`);
  await rename(`${file}.writing`, file);
}

/** Takes another model's networks, tokenizers and words: all but its adapters and their triggers. */
export async function borrowBase(from: string, modelDir: string): Promise<void> {
  const { transformer, autoencoder, t5, clip } = await readModelConfig(from);
  const files = [transformer, autoencoder, t5, clip].map(({ file }) => file);
  for (const name of [...files, t5.tokenizer, clip.tokenizer])
    if (name !== undefined && !path.isAbsolute(name))
      await cp(path.join(from, name), path.join(modelDir, name), { recursive: true });
  const { adapters: _, styles: _styles, ...model } = await readModelJson(from);
  await updateModelJson(modelDir, () => model);
}
