// The folder of a model that learns from the world: its `model.json`, which grows as its parts do.
import { copyFile, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";

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

/** Takes another model's autoencoder, and what was measured of its latents. */
export async function borrowAutoencoder(from: string, modelDir: string): Promise<void> {
  const { autoencoder, latentRgb } = await readModelJson(from);
  const borrowed = autoencoder as { file: string };
  const file = path.basename(borrowed.file);
  await mkdir(modelDir, { recursive: true });
  await copyFile(path.resolve(from, borrowed.file), path.join(modelDir, file));
  await updateModelJson(modelDir, (model) => ({
    ...model,
    autoencoder: { ...borrowed, file },
    latentRgb,
  }));
}
