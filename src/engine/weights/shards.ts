// A checkpoint in shards: an index says which file holds which tensor.
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { EngineError } from "../error.js";
import { shortKey, weightFault } from "./fault.js";
import { openSafetensors, type SafetensorsFile } from "./safetensors.js";

const MAX_INDEX_BYTES = 16 << 20;

const schema = z.object({
  weight_map: z.record(
    z.string(),
    z.string().regex(/^[^/\\]+\.safetensors$/, "must be a file beside the index"),
  ),
});

export interface Shards {
  files: SafetensorsFile[];
  /** files that look like shards, and that the index does not name */
  strays: string[];
}

/** @throws EngineError `no_such_file` without the index, `bad_weights` for what is wrong or missing */
export async function openShards(indexPath: string): Promise<Shards> {
  const folder = dirname(indexPath);
  const index = Object.entries(await readIndex(indexPath));
  const files = new Map<string, SafetensorsFile>();
  for (const name of new Set(index.map(([, file]) => file))) {
    const file = await openSafetensors(join(folder, name)).catch((error: unknown) => {
      throw error instanceof EngineError && error.code === "no_such_file"
        ? missingShard(indexPath, name, error)
        : error;
    });
    files.set(name, file);
  }
  for (const [key, name] of index)
    if (!files.get(name)!.tensors.has(key))
      throw weightFault(
        join(folder, name),
        `has no tensor ${shortKey(key)}, which ${basename(indexPath)} says it has; are they of one download?`,
        { error: "missing-tensor", tensor: key, file: name },
      );
  const names = await readdir(folder);
  const strays = names.filter((name) => /-\d+-of-\d+\.safetensors$/.test(name) && !files.has(name));
  return { files: [...files.values()], strays };
}

async function readIndex(path: string): Promise<Record<string, string>> {
  try {
    const { size } = await stat(path);
    if (size > MAX_INDEX_BYTES) throw weightFault(path, `has ${size} bytes: this is no index`);
    return schema.parse(JSON.parse(await readFile(path, "utf8"))).weight_map;
  } catch (error) {
    if (error instanceof EngineError) throw error;
    if (error instanceof Error && "code" in error)
      throw new EngineError("no_such_file", `cannot read ${path}: is the model folder complete?`, {
        cause: error,
      });
    throw weightFault(path, "is no index: it maps no tensors to files beside it", undefined, error);
  }
}

const missingShard = (indexPath: string, name: string, cause: EngineError): EngineError =>
  weightFault(
    indexPath,
    `names ${name}, which is not there; download it again`,
    { error: "missing-shard", file: name },
    cause,
  );
