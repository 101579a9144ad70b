// The folder of a model that learns from the world: its `model.json`, which grows as its parts do.
import { readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";

/** Reads what there is, lets `change` add to it, and writes it whole. */
export async function updateModelJson(
  modelDir: string,
  change: (model: Record<string, unknown>) => Record<string, unknown>,
): Promise<void> {
  const file = path.join(modelDir, "model.json");
  const text = await readFile(file, "utf8").catch(() => "{}");
  const model = change(JSON.parse(text) as Record<string, unknown>);
  await writeFile(`${file}.writing`, `${JSON.stringify(model, null, 1)}\n`);
  await rename(`${file}.writing`, file);
}
