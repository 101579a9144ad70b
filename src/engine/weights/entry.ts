// Which file a path means: itself, or what a folder holds: shards with their index, a file, or a
// diffusers repository with a folder for each network.
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { weightFault } from "./fault.js";
import { checkpoints, type CheckpointKind } from "./layouts/checkpoint.js";

/** The names that repositories give the file, beside which others hold the same in another type. */
const usual = [
  "diffusion_pytorch_model.safetensors.index.json",
  "model.safetensors.index.json",
  "diffusion_pytorch_model.safetensors",
  "model.safetensors",
];

/**
 * @returns the path itself where it is no folder, whatever there is
 * @throws EngineError `bad_weights` where a folder holds no weights, or several files that could be meant
 */
export async function entryOf(path: string, kind?: CheckpointKind): Promise<string> {
  if (kind === undefined || !(await isFolder(path))) return path;
  const below = join(path, checkpoints[kind].folder);
  const folder = (await isFolder(below)) ? below : path;
  const names = (await readdir(folder)).filter((name) =>
    /\.(safetensors|safetensors\.index\.json|gguf)$/.test(name),
  );
  const index = names.filter((name) => name.endsWith(".index.json"));
  const known = usual.find((name) => names.includes(name));
  const [only, ...others] = known !== undefined ? [known] : index.length > 0 ? index : names;
  if (only === undefined)
    throw weightFault(folder, "is a folder without weights: no .safetensors, index or .gguf in it");
  if (others.length > 0)
    throw weightFault(
      folder,
      `is a folder with several weights, name one: ${[only, ...others].slice(0, 8).join(", ")}`,
      { error: "ambiguous", file: only },
    );
  return join(folder, only);
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
