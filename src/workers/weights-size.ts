// How heavy a model is: what its files of weights weigh, links followed.
import { readdir, stat } from "node:fs/promises";
import path from "node:path";

/** The bytes of all weights, `.safetensors` and `.gguf`, in a folder and those below it; 0 where there is none. */
export async function weightsBytes(modelDir: string): Promise<number> {
  const names = await readdir(modelDir, { recursive: true }).catch(() => []);
  const files = names.filter((name) => /\.(safetensors|gguf)$/.test(name));
  const sizes = files.map((name) =>
    stat(path.join(modelDir, name)).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
