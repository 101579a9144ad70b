// How heavy a model is: what its files of weights weigh, links followed, wherever they lie.
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import path from "node:path";

/**
 * The bytes of all weights, `.safetensors` and `.gguf`, in a folder and those below it, and of those that its
 * `model.json` names elsewhere; 0 where there is none.
 */
export async function weightsBytes(modelDir: string): Promise<number> {
  const elsewhere = await namedElsewhere(modelDir);
  const files = await Promise.all([modelDir, ...elsewhere].map(weightsIn));
  const places = files.flat().map((file) => realpath(file).catch(() => file));
  const sizes = [...new Set(await Promise.all(places))].map((file) =>
    stat(file).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** The files below a folder; what is no folder is a file, an index apart, which stands for its folder. */
async function weightsIn(place: string): Promise<string[]> {
  const folder = place.endsWith(".json") ? path.dirname(place) : place;
  const names = await readdir(folder, { recursive: true }).catch(() => undefined);
  if (names === undefined) return [place];
  return names
    .filter((name) => /\.(safetensors|gguf)$/.test(name))
    .map((name) => path.join(folder, name));
}

/** Where the networks lie that are not in the folder; LoRAs are read in part, and weigh little. */
async function namedElsewhere(modelDir: string): Promise<string[]> {
  try {
    const model = JSON.parse(await readFile(path.join(modelDir, "model.json"), "utf8")) as unknown;
    return Object.values(model as object)
      .map((part: { file?: unknown } | null) => part?.file)
      .filter((file) => typeof file === "string" && path.isAbsolute(file)) as string[];
  } catch {
    return []; // whoever opens the model says what is wrong
  }
}
